//! `cargo course verify`: shape, frozen, sizes

use crate::common::{LIBRARY, MANIFEST, Repository};

#[test]
fn a_missing_file_is_named() {
    for file in ["Cargo.toml", "README.md", "src/main.rs", "src/lib.rs"] {
        let repository = Repository::new();
        repository.remove(&format!("lessons/02-farewell/{file}"));
        let words = format!("lessons/02-farewell: {file} is missing");
        repository.verify("shape").fails(&words);
    }
}

#[test]
fn a_missing_folder_is_named() {
    for folder in ["templates", "client", "tests"] {
        let repository = Repository::new();
        repository.remove(&format!("lessons/02-farewell/{folder}"));
        let words = format!("the folder {folder}/ is missing or empty");
        repository.verify("shape").fails(&words);
    }
}

#[test]
fn a_crate_is_named_after_its_lesson() {
    for (name, words) in [
        ("lesson-02\"\nversion", "[package] has another name"),
        ("lesson_02", "[lib] has another name"),
    ] {
        let repository = Repository::new();
        repository.replace(MANIFEST, name, &name.replace("02", "01"));
        repository.verify("shape").fails(words);
    }
}

#[test]
fn a_dependency_takes_its_version_from_the_workspace() {
    let repository = Repository::new();
    repository.append(
        MANIFEST,
        "insta = { workspace = true, features = [\"json\"] }\n",
    );
    repository.verify("shape").passes();
    repository.append(MANIFEST, "serde = \"1\"\n");
    repository
        .verify("shape")
        .fails("serde in [dev-dependencies] has a version of its own");
}

#[test]
fn dependencies_are_alphabetical() {
    let repository = Repository::new();
    repository.append(
        MANIFEST,
        "insta.workspace = true\nanyhow.workspace = true\n",
    );
    let words = "[dev-dependencies] is not alphabetical: insta stands before anyhow";
    repository.verify("shape").fails(words);
}

#[test]
fn modules_are_alphabetical() {
    let repository = Repository::new();
    repository.replace(
        LIBRARY,
        "pub mod farewell;",
        "pub mod farewell;\nmod answer;",
    );
    let words = "the list of modules is not alphabetical: farewell stands before answer";
    repository.verify("shape").fails(words);
}

#[test]
fn the_program_is_short() {
    let repository = Repository::new();
    repository.append("lessons/02-farewell/src/main.rs", &"//\n".repeat(9));
    repository.verify("shape").passes();
    repository.append("lessons/02-farewell/src/main.rs", "//\n");
    repository
        .verify("shape")
        .fails("src/main.rs: the file has 15 lines or more");
}

#[test]
fn the_test_program_names_the_stage_and_each_file_in_order() {
    for (old, new) in [
        ("use lesson_02 as chat;", "use lesson_02;"),
        ("mod farewell;\n", ""),
        (
            "mod farewell;\nmod greeting;",
            "mod greeting;\nmod farewell;",
        ),
        ("mod greeting;", "mod greeting;\nmod missing;"),
    ] {
        let repository = Repository::new();
        repository.replace("lessons/02-farewell/tests/main.rs", old, new);
        repository
            .verify("shape")
            .fails("write `use lesson_02 as chat; mod farewell; mod greeting;`");
    }
}

#[test]
fn a_source_that_no_line_names_is_named() {
    let manifest = "[package]\nname = \"tool\"\nversion = \"0.0.0\"\nautotests = false\n\n\
                    [[test]]\nname = \"commands\"\npath = \"tests/main.rs\"\n";
    for (folder, text) in [
        ("lessons/02-farewell", None),
        ("tools/tool", Some(manifest)),
        ("final", Some(manifest)),
    ] {
        let repository = Repository::new();
        if let Some(text) = text {
            repository.write(&format!("{folder}/Cargo.toml"), text);
            repository.write(&format!("{folder}/src/lib.rs"), "pub(crate) mod a;\n");
            repository.write(&format!("{folder}/tests/main.rs"), "mod common;\n");
            repository.write(&format!("{folder}/tests/common/mod.rs"), "    mod deep;\n");
            repository.write(&format!("{folder}/tests/common/deep.rs"), "");
            repository.write(&format!("{folder}/src/a.rs"), "#[cfg(test)]\nmod tests;\n");
            repository.write(&format!("{folder}/src/a/tests.rs"), "");
        }
        repository.verify("shape").passes();
        for file in ["src/lost.rs", "src/farewell/tests.rs", "tests/more/lost.rs"] {
            let file = format!("{folder}/{file}");
            repository.write(&file, "// mod lost;\n");
            let words = format!("{file}: no file beside or above it names it");
            repository.verify("shape").fails(&words);
            repository.remove(&file);
        }
    }
    // Where cargo looks for test programs itself, each file is one.
    let repository = Repository::new();
    let looks = "[package]\nname = \"tool\"\nversion = \"0.0.0\"\n";
    repository.write("tools/tool/Cargo.toml", looks);
    repository.write("tools/tool/tests/one.rs", "mod two;\n");
    repository.write("tools/tool/tests/chat/main.rs", "mod list;\n");
    repository.write("tools/tool/tests/chat/list.rs", "");
    repository.verify("shape").passes();
    repository.write("tools/tool/tests/chat/lost.rs", "");
    repository
        .verify("shape")
        .fails("tools/tool/tests/chat/lost.rs: no file");
}

#[test]
fn no_other_test_file_names_the_stage() {
    let repository = Repository::new();
    let file = "lessons/02-farewell/tests/farewell.rs";
    repository.replace(file, "use crate::chat;", "use lesson_02 as chat;");
    repository
        .verify("shape")
        .fails("tests/farewell.rs: the file names lesson_02");
}

#[test]
fn a_lesson_has_one_test_program() {
    let repository = Repository::new();
    repository.replace(MANIFEST, "tests/main.rs", "tests/farewell.rs");
    repository
        .verify("shape")
        .fails("write [[test]] with name = \"chat\", path = \"tests/main.rs\"");
}

#[test]
fn numbers_have_no_gaps() {
    let repository = Repository::new();
    repository.rename("lessons/02-farewell", "lessons/03-farewell");
    repository
        .verify("shape")
        .fails("lessons/03-farewell: lesson 02 should stand here");
}

#[test]
fn every_folder_among_the_lessons_is_a_lesson() {
    let repository = Repository::new();
    repository.write("lessons/drafts/idea.txt", "");
    repository
        .verify("shape")
        .fails("lessons/drafts: this is no lesson's name");
}

#[test]
fn frozen_files_differ_in_the_crates_name_only() {
    let repository = Repository::new();
    repository.write("lessons/02-farewell/src/server.rs", "// new in lesson 2\n");
    repository.verify("frozen").passes();
    repository.write("lessons/01-hello/src/server.rs", "// new in lesson 1\n");
    repository
        .verify("frozen")
        .fails("lessons/02-farewell/src/server.rs:1: this file is the same");
}

#[test]
fn a_page_may_change_a_frozen_file_and_later_lessons_have_it_so() {
    let repository = Repository::new();
    repository.replace("lessons/02-farewell/src/main.rs", "{}", "{}!");
    repository.replace(
        "lessons/02-farewell/README.md",
        "## Steps\n",
        "## Steps\n### Step 9: louder\n\n```rust src/main.rs\nfn main() {\n```\n\n",
    );
    repository.verify("frozen").passes();
}

#[test]
fn a_changed_program_is_found() {
    let repository = Repository::new();
    repository.replace("lessons/02-farewell/src/main.rs", "{}", "{}!");
    repository
        .verify("frozen")
        .fails("lessons/02-farewell/src/main.rs:4: this file is the same");
}

#[test]
fn a_lesson_has_no_libraries_of_its_own() {
    for file in ["client/jquery.min.js", "client/vendor/x.js"] {
        let repository = Repository::new();
        repository.write(&format!("lessons/02-farewell/{file}"), "x");
        repository
            .verify("frozen")
            .fails("a lesson has no libraries of its own");
    }
}

#[test]
fn the_list_of_libraries_is_complete_and_true() {
    let repository = Repository::new();
    repository.write("static/vendor/other.js", "x");
    repository
        .verify("frozen")
        .fails("static/vendor/other.js: the README does not name it");
    repository.remove("static/vendor/other.js");
    repository.remove("static/vendor/LICENSE-small");
    let words = "static/vendor/LICENSE-small: the README names it, but it is missing";
    repository.verify("frozen").fails(words);
    repository.remove("static/vendor/README.md");
    repository
        .verify("frozen")
        .fails("static/vendor: README.md is missing");
}

/// The output of the size check for lesson 2 when these lines are added.
fn sizes_with(file: &str, lines: &str) -> String {
    let repository = Repository::new();
    repository.append(&format!("lessons/02-farewell/{file}"), lines);
    repository.verify("sizes").out
}

#[test]
fn blank_lines_and_comments_have_no_size() {
    let comments = "\n// a\n/// b\n//! c\n/* d */\n/* e\n f\n*/\n<!-- g -->\n{# h\n#}\n";
    let sizes = sizes_with("src/lib.rs", comments);
    assert!(sizes.contains("Rust 6 of 150"), "{sizes}");
    let sizes = sizes_with("templates/page.html", comments);
    assert!(sizes.contains("front end 0 of 120"), "{sizes}");
}

#[test]
fn code_beside_a_comment_has_a_size() {
    let sizes = sizes_with(
        "src/lib.rs",
        "fn a() {} // b\n/* c */ fn d() {}\n/* e\n*/ fn f() {}\n",
    );
    assert!(sizes.contains("Rust 9 of 150"), "{sizes}");
}

#[test]
fn a_changed_line_counts_once() {
    let repository = Repository::new();
    repository.write("lessons/01-hello/client/main.js", "a\nb\nc\nd\n");
    repository.write("lessons/02-farewell/client/main.js", "A\nB\nc\ne\nf\ng\n");
    let sizes = repository.verify("sizes").passes();
    assert!(sizes.contains("front end 5 of 120"), "{sizes}");
}

#[test]
fn tests_and_pages_have_no_size() {
    let sizes = sizes_with("tests/greeting.rs", &"fn x() {}\n".repeat(200));
    assert!(
        sizes.contains("Rust 6 of 150, front end 0 of 120"),
        "{sizes}"
    );
}

#[test]
fn a_lesson_that_changes_too_much_fails() {
    let repository = Repository::new();
    repository.append(LIBRARY, &"fn x() {}\n".repeat(145));
    repository
        .verify("sizes")
        .fails("151 changed lines of Rust, 150 at most");
    repository.append("lessons/02-farewell/client/main.js", &"x();\n".repeat(121));
    repository
        .verify("sizes")
        .fails("121 changed lines of front end, 120 at most");
}

#[test]
fn later_lessons_may_change_more() {
    let repository = Repository::new();
    repository.rename("lessons/01-hello", "lessons/07-hello");
    repository.rename("lessons/02-farewell", "lessons/08-farewell");
    let sizes = repository.verify("sizes").passes();
    assert!(sizes.contains("of 250, front end 0 of 200"), "{sizes}");
}

#[test]
fn a_lesson_may_be_longer_when_its_page_says_why() {
    let repository = Repository::new();
    repository.append(LIBRARY, &"fn x() {}\n".repeat(145));
    let page = "lessons/02-farewell/README.md";
    repository.append(page, "\n### Size\n\n<!-- soon -->\n");
    repository
        .verify("sizes")
        .fails("151 changed lines of Rust, 150 at most");
    repository.append(page, "\nIt brings the plumbing.\n");
    let sizes = repository.verify("sizes").passes();
    assert!(sizes.contains("Rust 151 of 250"), "{sizes}");
    repository.append(LIBRARY, &"fn x() {}\n".repeat(100));
    repository
        .verify("sizes")
        .fails("251 changed lines of Rust, 250 at most");
}

#[test]
fn imports_and_unit_tests_have_no_size() {
    let lines = "use std::{\n    fs,\n    io,\n};\nfn x() {}\n#[cfg(test)]\nmod tests {}\n";
    let sizes = sizes_with("src/lib.rs", lines);
    assert!(sizes.contains("Rust 7 of 150"), "{sizes}");
    let lines = "import $ from \"a\";\nimport { b } from \"c\";\nb();\n";
    let sizes = sizes_with("client/main.js", lines);
    assert!(sizes.contains("front end 1 of 120"), "{sizes}");
}
