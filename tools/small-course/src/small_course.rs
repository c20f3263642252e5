//! The files of a course with two lessons: one greets, the other says goodbye.

const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["lessons/01-hello", "lessons/02-farewell"]
exclude = ["work"]

[workspace.package]
edition = "2024"

[profile.dev]
debug = false
incremental = false
"#;

const LOCK: &str = r#"version = 4

[[package]]
name = "lesson-01"
version = "0.0.0"

[[package]]
name = "lesson-02"
version = "0.0.0"
"#;

const MANIFEST: &str = r#"[package]
name = "lesson-NN"
version = "0.0.0"
edition.workspace = true
autotests = false

[lib]
name = "lesson_NN"
doctest = false

[[bin]]
name = "lesson-NN"
path = "src/main.rs"
test = false

[[test]]
name = "chat"
path = "tests/main.rs"

[dependencies]

[dev-dependencies]
"#;

const MAIN: &str = r#"//! Starts the chat of this lesson.

fn main() {
    println!("{}", lesson_NN::greeting());
}
"#;

const GREETING_01: &str = r#"//! A chat.

/// Said first.
pub fn greeting() -> &'static str {
    "hello"
}

/// Said last.
pub fn last_word() -> &'static str {
    greeting()
}
"#;

const GREETING_02: &str = r#"//! A chat.

pub mod farewell;

/// Said first.
pub fn greeting() -> &'static str {
    "hello!"
}

/// Said last.
pub fn last_word() -> &'static str {
    farewell::farewell()
}
"#;

const FAREWELL: &str = r#"//! The end.

/// Said last.
pub fn farewell() -> &'static str {
    "bye"
}
"#;

const TESTS: &str = r#"//! All tests.

use lesson_NN as chat;

MODULES
"#;

const TEST_GREETING: &str = r#"//! The beginning.

use crate::chat;

#[test]
fn it_greets() {
    assert_eq!(chat::greeting(), "HELLO");
}

#[test]
fn it_is_short() {
    assert!(chat::greeting().len() < 20);
}
"#;

const TEST_FAREWELL: &str = r#"//! The end.

use crate::chat;

#[test]
fn it_says_bye() {
    assert_eq!(chat::last_word(), "bye");
}
"#;

const PAGE: &str = r#"# Lesson NN: TITLE

**20 minutes**

## Where you are
## Goal

PROSE

## What's missing
## New here
## The idea
## Steps
### Step 1: read
STEPS
## Your turn

Make `it_greets` pass.

<details><summary>Hint 1: where</summary>

Look at `src/lib.rs`.

</details>
<details><summary>Hint 2: what</summary>

A word is missing.

</details>
<details><summary>Hint 3: nearly there</summary>

```text
hello
```

</details>
SOLUTION
## Check yourself
## The tests

| step | behaviour | test |
|---|---|---|
TESTS
## Recap
## Challenges
## For instructors
"#;

const STEPS_01: &str = r#"
```html templates/page.html
<p>hello</p>
```

**Checkpoint**: it compiles.

### Step 2: write

```js client/main.js
start();
```

**Checkpoint**: it works.

### Step 3: run

**Checkpoint**: it works.
"#;

const STEPS_02: &str = r#"
```rust src/farewell.rs
//! The end.

/// Said last.
pub fn farewell() -> &'static str {
    "bye"
}
```

**Checkpoint**: it compiles.

### Step 2: write

```rust src/lib.rs
//! A chat.

pub mod farewell;
// …
pub fn last_word() -> &'static str {
    farewell::farewell()
}
```

**Checkpoint**: it compiles.

### Step 3: run

**Checkpoint**: it works.
"#;

const SOLUTION_02: &str = r#"<details><summary>Solution</summary>

```rust src/lib.rs
pub fn greeting() -> &'static str {
    "hello!"
}
```

</details>
"#;

const ROOT_PAGE: &str = "# The course

## What it does

- It says hello: [lesson 01](lessons/01-hello/README.md#steps)
- It says
  goodbye: [tests](lessons/02-farewell/tests/farewell.rs)

## The lessons

| lesson | what it says |
|---|---|
| [01 Hello](lessons/01-hello/README.md) | hello |
| [02 Farewell](lessons/02-farewell/README.md) | goodbye |
";

const TESTS_01: &str = "| given | it greets | `greeting::it_greets`, `greeting::it_is_short` |\n";

const TESTS_02: &str = "| 2 | a farewell | `farewell::it_says_bye` |
| turn | a louder greeting | `greeting::it_greets` |

### Retired tests

- `greeting::it_greets`: the greeting
  is louder now.
";

/// The files of lesson 1 that are given.
const GIVEN_01: &str = "
[package.metadata.course]
given = [\"src/*\"]
";

const VENDOR: &str = "# Libraries

| file | package | licence |
|---|---|---|
| `small.min.js` | `small` | MIT, `LICENSE-small` |
";

const TEST_TAPE: &str = r#"//! What people hear.

use crate::chat;

#[test]
fn bob_hears_ada() {
    insta::assert_snapshot!(chat::tape());
}
"#;

const SNAPSHOT: &str = r#"---
source: lessons/02-farewell/tests/tape.rs
expression: "chat::tape()"
---
== Ada joins
Ada <- ack {"ok":{"name":"Ada"}}

== Ada says hello
Ada -> message:send {"body":"hello"}
Ada <- ack {"ok":{"id":1}}
Bob <- message:created {"author":"Ada","body":"hello"}
"#;

fn tests(number: &str, modules: &str) -> String {
    TESTS.replace("NN", number).replace("MODULES", modules)
}

/// Every path with its text.
pub fn files() -> Vec<(&'static str, String)> {
    let page = |title, steps, solution, tests| {
        let page = PAGE.replace("TITLE", title).replace("TESTS", tests);
        let page = page.replace("STEPS", steps).replace("SOLUTION", solution);
        page.replace("PROSE", &"Words explain the code. ".repeat(160))
    };
    let page_01 = page("Hello", STEPS_01, "", TESTS_01);
    let page_02 = page("Farewell", STEPS_02, SOLUTION_02, TESTS_02);
    let test_01 = TEST_GREETING.replace("HELLO", "hello");
    let test_02 = TEST_GREETING.replace("HELLO", "hello!");
    vec![
        ("Cargo.toml", WORKSPACE.into()),
        ("Cargo.lock", LOCK.into()),
        ("README.md", ROOT_PAGE.into()),
        ("work/README.md", "# Yours\n".into()),
        ("static/base.css", "body {}\n".into()),
        ("static/vendor/README.md", VENDOR.into()),
        ("static/vendor/LICENSE-small", "MIT\n".into()),
        ("static/vendor/small.min.js", "x\n".into()),
        (
            "lessons/01-hello/Cargo.toml",
            MANIFEST.replace("NN", "01") + GIVEN_01,
        ),
        ("lessons/01-hello/README.md", page_01.replace("NN", "01")),
        ("lessons/01-hello/src/main.rs", MAIN.replace("NN", "01")),
        ("lessons/01-hello/src/lib.rs", GREETING_01.into()),
        (
            "lessons/01-hello/templates/page.html",
            "<p>hello</p>\n".into(),
        ),
        ("lessons/01-hello/client/main.js", "start();\n".into()),
        (
            "lessons/01-hello/tests/main.rs",
            tests("01", "mod greeting;"),
        ),
        ("lessons/01-hello/tests/greeting.rs", test_01),
        (
            "lessons/02-farewell/Cargo.toml",
            MANIFEST.replace("NN", "02"),
        ),
        ("lessons/02-farewell/README.md", page_02.replace("NN", "02")),
        ("lessons/02-farewell/src/main.rs", MAIN.replace("NN", "02")),
        ("lessons/02-farewell/src/lib.rs", GREETING_02.into()),
        ("lessons/02-farewell/src/farewell.rs", FAREWELL.into()),
        (
            "lessons/02-farewell/templates/page.html",
            "<p>hello</p>\n".into(),
        ),
        ("lessons/02-farewell/client/main.js", "start();\n".into()),
        (
            "lessons/02-farewell/tests/main.rs",
            tests("02", "mod farewell;\nmod greeting;"),
        ),
        ("lessons/02-farewell/tests/greeting.rs", test_02),
        (
            "lessons/02-farewell/tests/farewell.rs",
            TEST_FAREWELL.into(),
        ),
    ]
}

/// Additions and new files that give lesson 2 a tape.
pub fn tape() -> [(&'static str, &'static str); 5] {
    [
        (
            "Cargo.toml",
            "\n[workspace.dependencies]\ninsta = \"1.49.0\"\n",
        ),
        ("lessons/02-farewell/Cargo.toml", "insta.workspace = true\n"),
        ("lessons/02-farewell/tests/main.rs", "mod tape;\n"),
        ("lessons/02-farewell/tests/tape.rs", TEST_TAPE),
        (
            "lessons/02-farewell/tests/snapshots/chat__tape__bob_hears_ada.snap",
            SNAPSHOT,
        ),
    ]
}
