//! Starts the chat of this lesson.

fn main() {
    println!("{}", lesson_01::greeting());
}
