//! `cargo course verify`: steps

use crate::common::{LIBRARY, MANIFEST, PAGE, Ran, Repository};

/// Follows lesson 2's page without building anything.
fn read(repository: &Repository) -> Ran {
    let words = ["verify", "--only", "steps", "--lesson", "2", "--quick"];
    repository.course(&words)
}

/// Follows lesson 2's page with other words.
fn read_page(old: &str, new: &str) -> Ran {
    read(&Repository::with_page(old, new))
}

/// Follows lesson 2's page with other words, and builds each state.
fn build_page(old: &str, new: &str) -> Ran {
    let words = ["verify", "--only", "steps", "--lesson", "2"];
    Repository::with_page(old, new).course(&words)
}

#[test]
fn a_sound_page_leads_to_the_finished_lesson() {
    let said = read(&Repository::new()).passes();
    assert!(said.contains("02: 7 lines to type (5 + 2 + 0)"), "{said}");
    let place = "step 1: README.md:16 → src/farewell.rs a new file, 5 new of 6 lines";
    assert!(said.contains(place), "{said}");
}

#[test]
fn what_was_proven_is_not_built_again() {
    let repository = Repository::new();
    let first = repository.verify("steps").passes();
    assert!(first.contains("6 states built, 0 proven before"), "{first}");
    let second = repository.verify("steps").passes();
    assert!(
        second.contains("0 states built, 6 proven before"),
        "{second}"
    );
    repository.append("lessons/02-farewell/tests/farewell.rs", "// More.\n");
    let third = repository.verify("steps").passes();
    assert!(third.contains("3 states built, 3 proven before"), "{third}");
}

#[test]
fn a_line_that_no_block_shows_is_named() {
    let repository = Repository::new();
    repository.append(LIBRARY, "\n/// Lost.\npub const LOST: u8 = 1;\n");
    let words = format!("{LIBRARY}:15: no block shows lines 15 to 16: `/// Lost.`");
    read(&repository).fails(&words);
}

#[test]
fn a_line_that_no_block_removes_is_named() {
    let repository = Repository::new();
    let line = "/// Said first.\n";
    repository.replace(LIBRARY, line, "");
    let words = format!(
        "{LIBRARY}:5: a line too many at the end (there since the start): `/// Said first.`"
    );
    read(&repository).fails(&words);
}

#[test]
fn a_file_that_nothing_makes_or_removes_is_named() {
    let repository = Repository::new();
    repository.write("lessons/02-farewell/client/more.js", "more();\n");
    repository.remove("lessons/02-farewell/templates/page.html");
    repository.write("lessons/02-farewell/templates/other.html", "\n");
    let more = "lessons/02-farewell/client/more.js: no block makes this file";
    read(&repository).fails(more);
    read(&repository).fails("the finished lesson has no templates/page.html");
    let given = "\n[package.metadata.course]\ngiven = [\"client/*\", \"templates/**\"]\n";
    repository.append(MANIFEST, given);
    read(&repository).passes();
}

#[test]
fn given_blocks_belong_to_the_start() {
    let repository = Repository::new();
    repository.append(LIBRARY, "\n/// Laid.\npub const LAID: u8 = 1;\n");
    let given =
        "## Steps\n### Given\n\n```rust src/lib.rs\n/// Laid.\npub const LAID: u8 = 1;\n```\n";
    repository.replace(PAGE, "## Steps\n", given);
    let said = read(&repository).passes();
    assert!(
        said.contains("the start: README.md:16 → src/lib.rs at the end"),
        "{said}"
    );
}

#[test]
fn a_block_that_does_not_apply_is_named() {
    let words = "README.md:29: src/lib.rs: nothing says where the part that begins with `//! Another chat.` goes";
    read_page("//! A chat.\n\npub mod", "//! Another chat.\n\npub mud").fails(words);
    read_page(
        "```rust src/farewell.rs\n",
        "```rust src/farewell.rs\n// …\n",
    )
    .fails("README.md:16: src/farewell.rs: a new file leaves out lines");
    let loose = "pub mod farewell;\n// …\nlet x = 1;\n// …\n";
    read_page("pub mod farewell;\n// …\n", loose)
        .fails("nothing says where the part that begins with `let x = 1;` goes");
}

#[test]
fn a_block_with_several_places_is_named() {
    let block = "```rust src/lib.rs\n}\n\n/// New.\npub const NEW: u8 = 1;\n\npub fn\n```";
    let repository = Repository::new();
    let twice = "pub fn twice() {\n    go();\n}\n\npub fn thrice() {\n    go();\n}\n";
    for library in [LIBRARY, "lessons/01-hello/src/lib.rs"] {
        repository.append(library, twice);
    }
    let block = block.replace(
        "}\n\n/// New.\npub const NEW: u8 = 1;\n\npub fn",
        "    go();\n    stop();",
    );
    repository.replace(
        PAGE,
        "### Step 3: run\n",
        &format!("### Step 3: run\n\n{block}\n"),
    );
    read(&repository).fails("src/lib.rs: it could go to lines 15 and 19");
}

#[test]
fn a_block_is_at_most_30_lines_long() {
    let block = |lines| format!("//! The end.\n{}", "//! More.\n".repeat(lines));
    let repository = Repository::new();
    repository.replace(PAGE, "//! The end.\n", &block(26));
    read(&repository).fails("README.md:16: the block has 32 lines, 30 at most");
}

#[test]
fn there_are_three_to_six_steps_in_order() {
    read_page("### Step 3: run", "### Given").fails("there are 2 steps");
    read_page("### Step 3: run", "### Step 4: run").fails("step 4 stands where step 3 should");
}

#[test]
fn the_steps_of_part_one_show_160_lines_at_most() {
    let block = |name: usize| {
        let lines = "//! More.\n".repeat(25);
        format!("```rust src/more_{name}.rs\n{lines}```\n")
    };
    let blocks: String = (0..7).map(block).collect();
    read_page("### Step 3: run\n", &format!("### Step 3: run\n\n{blocks}"))
        .fails("the steps show 182 new lines, 160 at most");
}

#[test]
fn a_row_names_a_step_and_a_test_once() {
    read_page("| 2 | a farewell", "| 7 | a farewell").fails("the row's first cell names no step");
    read_page("| 2 | a farewell", "| x | a farewell").fails("the row's first cell names no step");
    let twice = "| turn | more | `farewell::it_says_bye` |\n| turn | a louder";
    read_page("| turn | a louder", twice)
        .fails("`farewell::it_says_bye` stands in the table twice");
}

#[test]
fn a_state_that_does_not_compile_is_named_with_what_comes_later() {
    let early = "```rust src/lib.rs\npub fn last_word() -> &'static str {\n    goodbye()\n}\n```\n";
    let page = format!("### Step 1: read\n\n{early}");
    let late = "### Step 3: run\n\n```rust src/farewell.rs\n/// Later.\npub fn goodbye() {}\n```\n";
    let repository = Repository::with_page("### Step 1: read\n", &page);
    repository.replace(PAGE, "### Step 3: run\n", late);
    repository.append(
        "lessons/02-farewell/src/farewell.rs",
        "\n/// Later.\npub fn goodbye() {}\n",
    );
    let ran = repository.course(&["verify", "--only", "steps", "--lesson", "2"]);
    let said = ran.out.clone();
    ran.fails("after step 1 the chat does not compile: cannot find function `goodbye` in this scope (src/lib.rs:10)");
    let later = "`goodbye` comes in step 3 (src/farewell.rs)";
    assert!(said.contains(later), "{said}");
}

#[test]
fn a_test_that_is_still_red_after_its_step_is_named() {
    let words = "`farewell::it_says_bye` fails after step 1: assertion";
    build_page("| 2 | a farewell", "| 1 | a farewell").fails(words);
}

#[test]
fn a_test_that_is_green_before_its_step_is_named() {
    let words = "`farewell::it_says_bye` passes after step 2 already, before your turn";
    build_page("| 2 | a farewell", "| turn | a farewell").fails(words);
}

#[test]
fn a_step_that_changes_nothing_turns_no_test_green() {
    let words = "step 3 changes nothing that these tests could see";
    build_page("| 2 | a farewell", "| 3 | a farewell").fails(words);
}

#[test]
fn what_only_a_browser_sees_has_a_row_without_tests() {
    let row = "| 3 | it looks nice, in the browser | |\n| turn | a louder";
    build_page("| turn | a louder", row).passes();
}

#[test]
fn a_new_file_of_the_page_is_something_that_tests_see() {
    let repository = Repository::new();
    let file = "lessons/02-farewell/client/more.js";
    repository.write(file, "more();\n");
    let test = "\n#[test]\nfn it_has_more() {\n    \
                let file = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/client/more.js\");\n    \
                assert!(std::path::Path::new(file).exists());\n}\n";
    repository.append("lessons/02-farewell/tests/greeting.rs", test);
    let block = "### Step 3: run\n\n```js client/more.js\nmore();\n```\n";
    repository.replace(PAGE, "### Step 3: run\n", block);
    let row = "| 3 | more | `greeting::it_has_more` |\n| turn | a louder";
    repository.replace(PAGE, "| turn | a louder", row);
    let words = ["verify", "--only", "steps", "--lesson", "2"];
    repository.course(&words).passes();
}

#[test]
fn a_kept_test_holds_after_each_step() {
    let broken = "### Step 1: read\n\n```rust src/lib.rs\npub fn greeting() -> &'static str {\n    \
                  \"hello to everybody and all\"\n}\n```\n";
    let words = "`greeting::it_is_short`, which is in no row, fails after step 1: assertion";
    build_page("### Step 1: read\n", broken).fails(words);
}

#[test]
fn a_test_that_start_turns_green_has_a_row_of_its_own() {
    let repository = Repository::new();
    let test = "\n#[test]\nfn it_is_polite() {\n    assert!(!chat::greeting().is_empty());\n}\n";
    repository.append("lessons/02-farewell/tests/greeting.rs", test);
    let row = |cell| format!("| {cell} | manners | `greeting::it_is_polite` |\n| turn | a louder");
    repository.replace(PAGE, "| turn | a louder", &row("1"));
    let check = || repository.course(&["verify", "--only", "steps", "--lesson", "2"]);
    check().fails("`greeting::it_is_polite` passes at the start already, before step 1");
    repository.replace(PAGE, "| 1 | manners", "| given | manners");
    check().passes();
}

/// Solutions of lesson 2's turn that greet with these expressions.
fn with_solutions(greetings: &[&str]) -> Repository {
    let repository = Repository::new();
    let section = |greeting| {
        let block = format!("pub fn greeting() -> &'static str {{\n    {greeting}\n}}\n");
        format!("## With {greeting}\n\n```rust src/lib.rs\n{block}```\n\n")
    };
    let sections: String = greetings.iter().map(section).collect();
    let text = format!("# Lesson 02\n\n{sections}");
    repository.write("tools/course/turns/02.md", &text);
    repository
}

const GREETINGS: [&str; 3] = ["\"hello!\"", "concat!(\"hello\", '!')", "return \"hello!\""];

#[test]
fn other_solutions_of_the_turn_pass() {
    let repository = with_solutions(&GREETINGS);
    let said = repository.verify("steps").passes();
    assert!(said.contains("9 states built"), "{said}");
}

#[test]
fn a_solution_that_the_tests_refuse_is_named() {
    let [first, second, _] = GREETINGS;
    let repository = with_solutions(&[first, second, "\"hi!\""]);
    let words = "tools/course/turns/02.md:19: `greeting::it_greets` fails after your turn";
    repository.verify("steps").fails(words);
}

#[test]
fn a_solution_whose_blocks_do_not_apply_is_named() {
    let repository = with_solutions(&GREETINGS);
    let file = "tools/course/turns/02.md";
    repository.replace(
        file,
        "pub fn greeting() -> &'static str {\n    return",
        "fn x() {\n    return",
    );
    repository.replace(
        file,
        "return \"hello!\"\n}",
        "return \"hello!\"\n    // …\n  ]",
    );
    let said = repository.verify("steps");
    said.fails("tools/course/turns/02.md:");
}

#[test]
fn each_turn_has_three_other_solutions() {
    let words = "tools/course/turns/02.md: there are 2 solutions";
    with_solutions(&GREETINGS[..2]).verify("steps").fails(words);
    let repository = with_solutions(&GREETINGS);
    repository.rename("tools/course/turns/02.md", "tools/course/turns/03.md");
    let words = "tools/course/turns/02.md: there are 0 solutions";
    repository.verify("steps").fails(words);
}

#[test]
fn a_command_that_is_green_runs_only_tests_that_pass_by_then() {
    let end = "**Checkpoint**: it compiles.\n\n### Step 2: write";
    let with = |claim: &str| {
        let text = format!("**Checkpoint**: {claim}.\n\n### Step 2: write");
        read_page(end, &text)
    };
    with("`cargo test it_says` is green").fails(
        "README.md:25: `cargo test it_says` is not green yet: `farewell::it_says_bye` waits for step 2",
    );
    with("`cargo test nothing` is green").fails("`cargo test nothing` runs no test of the lesson");
    with("`cargo test -- short bye` is green").fails("waits for step 2");
    with("`cargo test it_` is green but for `it_says_bye`")
        .fails("`greeting::it_greets` waits for your turn");
    with("`cargo test -- short bye` is green but for `it_says_bye`").passes();
    with("`cargo test it_says` is red").passes();
}
