//! `cargo course verify`: kept, new

use crate::common::{LIBRARY, MANIFEST, Repository};

const FAREWELL_TEST: &str = "lessons/02-farewell/tests/farewell.rs";
const GREETING_TEST: &str = "lessons/02-farewell/tests/greeting.rs";
const RETIRED: &str = "- `greeting::it_greets`: the greeting\n  is louder now.\n";
/// A test that lesson 1 passes as well.
const GUARD: &str =
    "\n#[test]\nfn it_is_polite() {\n    assert!(!chat::greeting().is_empty());\n}\n";

#[test]
fn a_test_that_fails_on_the_next_lesson_is_retired() {
    let repository = Repository::with_page(RETIRED, "");
    let words = "`greeting::it_greets` of lesson 01 fails on lesson 02: \
                 assertion `left == right` failed";
    repository.verify("kept").fails(words);
}

#[test]
fn tests_that_do_not_compile_on_the_next_lesson_are_named() {
    let repository = Repository::new();
    repository.replace(
        LIBRARY,
        "pub fn greeting() -> &'static str",
        "pub fn greeting() -> u32",
    );
    repository.replace(LIBRARY, "\"hello!\"", "7");
    let words = "lessons/01-hello: the tests of lesson 01 do not compile on lesson 02: \
                 mismatched types";
    repository.verify("kept").fails(words);
}

#[test]
fn tests_that_do_not_compile_on_the_lesson_before_are_named() {
    let repository = Repository::new();
    repository.replace(
        FAREWELL_TEST,
        "chat::last_word()",
        "chat::farewell::farewell()",
    );
    let words = "lessons/02-farewell: the tests of lesson 02 do not compile on lesson 01: ";
    repository.verify("new").fails(words);
}

#[test]
fn a_lesson_without_a_test_program_is_named() {
    let repository = Repository::new();
    let program = "[[test]]\nname = \"chat\"\npath = \"tests/main.rs\"\n";
    repository.replace(MANIFEST, program, "");
    let words = "the tests of lesson 01 do not compile on lesson 02: \
                 there is no test program `chat`";
    repository.verify("kept").fails(words);
}

#[test]
fn tests_from_a_macro_are_kept_too() {
    let repository = Repository::new();
    let written = "\nmacro_rules! hello {\n    ($name:ident) => {\n        #[test]\n        \
                   fn $name() {\n            assert_eq!(chat::greeting(), \"hello\");\n        \
                   }\n    };\n}\nhello!(it_is_written);\n";
    repository.append("lessons/01-hello/tests/greeting.rs", written);
    repository
        .verify("kept")
        .fails("`greeting::it_is_written` of lesson 01 fails on lesson 02");
}

#[test]
fn a_test_that_is_dropped_but_still_passes_need_not_be_retired() {
    let repository = Repository::new();
    let test = repository.read(GREETING_TEST);
    let (kept, _) = test.rsplit_once("#[test]").unwrap();
    repository.write(GREETING_TEST, kept);
    repository.verify("kept").passes();
}

#[test]
fn several_tests_share_a_reason() {
    let both = "- `greeting::it_greets`,\n  `greeting::it_is_short`: louder.\n";
    let repository = Repository::with_page(RETIRED, both);
    repository
        .verify("kept")
        .fails("`greeting::it_is_short` is retired without need");
    repository.replace(LIBRARY, "hello!", "hello to everybody and all the others");
    assert!(
        repository
            .verify("kept")
            .passes()
            .contains("01 on 02: 0 passed, 2 retired")
    );
}

#[test]
fn a_retired_test_that_never_existed_is_stale() {
    let stale = format!("{RETIRED}- `greeting::it_sings`: no voice.\n");
    let repository = Repository::with_page(RETIRED, &stale);
    let words = "README.md:88: the bullet is stale: lesson 01 has no test `greeting::it_sings`";
    repository.verify("kept").fails(words);
}

#[test]
fn a_list_ends_with_its_section() {
    let recap = "## Recap\n\n- `greeting::it_is_short`: one takeaway.\n";
    let repository = Repository::with_page("## Recap", recap);
    repository.verify("kept").passes();
}

#[test]
fn a_lesson_that_does_not_compile_is_named() {
    let repository = Repository::new();
    repository.append(LIBRARY, "fn broken( {}\n");
    repository.verify("kept").fails("→ make the lesson compile");
    let repository = Repository::new();
    repository.append("lessons/01-hello/src/lib.rs", "fn broken( {}\n");
    repository.verify("new").fails("→ make the lesson compile");
}

#[test]
fn a_new_test_that_passes_on_the_lesson_before_is_found() {
    let repository = Repository::new();
    repository.append(GREETING_TEST, GUARD);
    let words = "the new test `greeting::it_is_polite` passes on lesson 01 already";
    repository.verify("new").fails(words);
}

#[test]
fn a_guard_is_excused() {
    let guards = "### Guards\n\n- `greeting::it_is_polite`: a class asked for it.\n\n## Recap";
    let repository = Repository::with_page("## Recap", guards);
    repository.append(GREETING_TEST, GUARD);
    assert!(
        repository
            .verify("new")
            .passes()
            .contains("2 failed as they should, 1 guards")
    );
    repository.verify("tests-named").passes();
}

#[test]
fn a_guard_that_fails_on_the_lesson_before_needs_no_excuse() {
    let guards = "### Guards\n\n- `greeting::it_greets`: who knows.\n\n## Recap";
    let repository = Repository::with_page("## Recap", guards);
    let words = "`greeting::it_greets` needs no excuse: it fails on lesson 01: assertion";
    repository.verify("new").fails(words);
}

#[test]
fn a_guard_that_is_not_new_is_stale() {
    let guards = "### Guards\n\n- `greeting::it_is_short`: who knows.\n\n## Recap";
    let words = "the bullet is stale: `greeting::it_is_short` is no new test";
    Repository::with_page("## Recap", guards)
        .verify("new")
        .fails(words);
}

#[test]
fn tests_bring_the_libraries_that_they_need() {
    let repository = Repository::new();
    let helper = "[package]\nname = \"helper\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    repository.write("helper/Cargo.toml", helper);
    repository.write("helper/src/lib.rs", "pub const BYE: &str = \"bye\";\n");
    repository.add_member("helper");
    repository.append(
        "Cargo.toml",
        "\n[workspace.dependencies]\nhelper = { path = \"helper\" }\n",
    );
    repository.append(MANIFEST, "helper.workspace = true\n");
    let test = "use crate::chat;\n\n#[test]\nfn it_says_bye() {\n    \
                assert_ne!(chat::greeting(), helper::BYE);\n}\n";
    repository.write(FAREWELL_TEST, test);
    repository
        .verify("new")
        .fails("the new test `farewell::it_says_bye` passes on lesson 01");
    repository.append("helper/src/lib.rs", "fn broken( {}\n");
    repository.verify("new").fails("helper does not compile");
}

#[test]
fn shared_files_are_where_a_lesson_finds_them() {
    let repository = Repository::new();
    let read = "\n#[test]\nfn the_styles_are_there() {\n    \
                let path = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../static/base.css\");\n    \
                assert!(std::fs::exists(path).unwrap());\n}\n";
    repository.append("lessons/01-hello/tests/greeting.rs", read);
    assert!(
        repository
            .verify("kept")
            .passes()
            .contains("2 passed, 1 retired")
    );
}
