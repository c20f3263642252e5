//! Starts the chat of this lesson.

fn main() {
    println!("{}", lesson_02::greeting());
}
