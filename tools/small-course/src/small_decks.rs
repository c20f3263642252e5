//! The slides, the plan and the dictionary of the small course.

/// The deck of lesson 2, for tests that change it.
pub const DECK: &str = "slides/02-farewell.md";
/// The plan of the days.
pub const PLAN: &str = "slides/schedule.toml";
/// Where the small dictionary lies.
pub const DICTIONARY: &str = "dictionary";

const DECK_TEXT: &str = "# Lesson NN: TITLE

Words for the room.

## Why · 2 min

It says too little.

> - **Ask**: what is missing? *A farewell.*

## The code · 3 min

[code: `last_word`](../lessons/FOLDER/src/lib.rs)

> - **Demo**: run it.

## The page · 2 min

[code: line `hello`](../lessons/FOLDER/templates/page.html)

> - **Pitfall**: it is short.

## More · 1 min
## And more · 1 min
## Questions · 1 min
## Your turn · 2 min

```sh
cargo course hint
```
";

const PLAN_TEXT: &str = r#"start = "09:00"
end = "10:45"
longest_stretch = 40
break = 10

[[days]]
title = "Hello and farewell"
opening = { title = "Planning", minutes = 15 }
lessons = [1, 2]
"#;

/// Every word of the pages and decks, and no other.
const WORDS: &str = "A And Ask Challenges Check Checkpoint Demo Farewell For Goal Hello It Lesson Libraries Look \
    Make More New Pitfall Questions Recap Retired See Step Steps The What Where Why Words \
    Your Yours are at behaviour code compiles course does explain farewell file for given goodbye \
    greeting greets hello here idea instructors is it lesson lessons licence little louder min minutes \
    missing more now package page pass read room run says short step test tests the too turn what \
    word works write you yourself";

/// Every path with its text.
pub fn files() -> Vec<(&'static str, String)> {
    let deck = |number, title, folder| {
        let deck = DECK_TEXT.replace("NN", number).replace("TITLE", title);
        deck.replace("FOLDER", folder)
    };
    let words: String = WORDS.split(' ').map(|word| format!("{word}\n")).collect();
    vec![
        ("slides/01-hello.md", deck("01", "Hello", "01-hello")),
        (DECK, deck("02", "Farewell", "02-farewell")),
        (PLAN, PLAN_TEXT.into()),
        ("dictionary/en_GB.aff", "SET UTF-8\n".into()),
        (
            "dictionary/en_GB.dic",
            format!("{}\n{words}", words.lines().count()),
        ),
    ]
}
