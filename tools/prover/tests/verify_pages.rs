//! `cargo course verify`: pages, excerpts

use crate::common::{PAGE, Repository};

/// Lesson 2's page with a code block at its end.
fn with_block(block: &str) -> Repository {
    let repository = Repository::new();
    repository.append(PAGE, &format!("\n{block}\n"));
    repository
}

#[test]
fn the_first_line_is_the_title() {
    let repository = Repository::with_page("# Lesson 02: ", "# Lesson 2: ");
    repository
        .verify("pages")
        .fails("README.md:1: the first line is no title");
}

#[test]
fn the_headings_stand_in_their_order() {
    for (old, new, words) in [
        (
            "## Recap\n## Challenges",
            "## Challenges\n## Recap",
            "`## Challenges` stands where `## Recap`",
        ),
        (
            "## Recap\n",
            "",
            "`## Challenges` stands where `## Recap` should",
        ),
        (
            "## For instructors\n",
            "",
            "`## For instructors` is missing",
        ),
        (
            "## For instructors\n",
            "## For instructors\n## More\n",
            "`## More` is one heading too many",
        ),
    ] {
        Repository::with_page(old, new).verify("pages").fails(words);
    }
}

#[test]
fn headings_in_code_do_not_count() {
    let repository = with_block("```text\n## More\n```");
    repository.verify("pages").passes();
}

#[test]
fn only_steps_stand_among_the_steps() {
    Repository::with_page("### Step 3: run", "### Then run")
        .verify("pages")
        .fails("`### Then run` is no step");
    let given = "## Steps\n### Given\n### Step 1: read";
    Repository::with_page("## Steps\n### Step 1: read", given)
        .verify("pages")
        .passes();
    Repository::with_page("### Step 3: run", "### Given")
        .verify("pages")
        .fails("`### Given` stands below a step");
}

#[test]
fn each_step_ends_in_a_checkpoint() {
    let repository =
        Repository::with_page("**Checkpoint**: it works.", "```text\n**Checkpoint**\n```");
    repository
        .verify("pages")
        .fails("`### Step 3: run` has no checkpoint");
}

#[test]
fn code_that_is_not_in_the_file_is_found() {
    let repository = with_block("```rust src/lib.rs\n    \"hullo\"\n```");
    let words = "src/lib.rs does not contain the lines that begin with `\"hullo\"`";
    repository.verify("excerpts").fails(words);
}

#[test]
fn indentation_and_blanks_at_the_end_are_free() {
    with_block("```rust src/lib.rs\n\"hello!\"  \n```")
        .verify("excerpts")
        .passes();
    with_block("- a list\n\n  ```rust src/lib.rs\n      \"hello!\"\n  ```")
        .verify("excerpts")
        .passes();
    let inner = "```rust src/lib.rs\npub fn greeting() -> &'static str {\n\"hello!\"\n}\n```";
    with_block(inner)
        .verify("excerpts")
        .fails("does not contain");
}

#[test]
fn lines_stand_together_unless_an_ellipsis_parts_them() {
    let apart = "```rust src/lib.rs\n//! A chat.\npub mod farewell;\n```";
    with_block(apart)
        .verify("excerpts")
        .fails("begin with `//! A chat.`");
    for ellipsis in ["// …", "  /* … */", "# …", "<!-- … -->", "{# … #}", "…"] {
        let parts =
            format!("```rust src/lib.rs\n//! A chat.\n{ellipsis}\n\n\npub mod farewell;\n```");
        with_block(&parts).verify("excerpts").passes();
    }
}

#[test]
fn parts_stand_in_the_order_of_the_file() {
    let turned = "```rust src/lib.rs\npub mod farewell;\n// …\n//! A chat.\n```";
    with_block(turned)
        .verify("excerpts")
        .fails("begin with `//! A chat.`");
}

#[test]
fn a_block_may_show_another_folder() {
    with_block("```rust ../01-hello/src/lib.rs\n\"hello\"\n```")
        .verify("excerpts")
        .passes();
    with_block("```css ../../static/base.css\nbody {}\n```")
        .verify("excerpts")
        .passes();
    with_block("```css base.css\nbody {}\n```")
        .verify("excerpts")
        .fails("there is no file base.css");
}

#[test]
fn the_header_of_a_snapshot_is_not_shown() {
    let path = "tests/snapshots/x__y.snap";
    let show = |line: &str| {
        let repository = with_block(&format!("```http {path}\n{line}\n```"));
        let snapshot = "---\nsource: x\n---\nGET /\n";
        repository.write(&format!("lessons/02-farewell/{path}"), snapshot);
        repository.verify("excerpts")
    };
    show("GET /").passes();
    show("source: x").fails("does not contain");
}

#[test]
fn code_without_a_file_is_refused() {
    for language in ["rust", "js", "css", "html", "toml", "tape", ""] {
        let repository = with_block(&format!("```{language}\nx\n```"));
        let words = format!("the block `{language}` names no file");
        repository.verify("excerpts").fails(&words);
    }
    for language in ["sh", "text", "console", "diff", "http", "json", "mermaid"] {
        with_block(&format!("```{language}\nx\n```"))
            .verify("excerpts")
            .passes();
    }
}

#[test]
fn code_cannot_hide() {
    let words = "the block `` names no file";
    with_block("Text.\n\n    indented();")
        .verify("excerpts")
        .fails(words);
    let inside = "<details>\n```rust src/lib.rs\nx\n```\n</details>";
    with_block(inside)
        .verify("excerpts")
        .fails("stands inside HTML");
    with_block(&inside.replace("<details>", "<details>\n"))
        .verify("excerpts")
        .fails("does not contain");
}

#[test]
fn a_version_for_now_stands_in_no_finished_file() {
    let block = "### Step 3: run\n\n```rust src/lib.rs\n//! For now.\n```\n";
    Repository::with_page("### Step 3: run\n", block)
        .verify("excerpts")
        .passes();
    let hint = "A word is missing.\n\n```rust src/lib.rs\n//! For now.\n```\n";
    Repository::with_page("A word is missing.\n", hint)
        .verify("excerpts")
        .fails("begin with `//! For now.`");
}

#[test]
fn a_block_is_short() {
    let block = |lines| format!("```text\n{}```", "x\n".repeat(lines));
    with_block(&block(25)).verify("excerpts").passes();
    with_block(&block(26))
        .verify("excerpts")
        .fails("the block has 26 lines, 25 at most");
}

#[test]
fn the_pages_of_the_repository_are_checked_too() {
    for page in ["README.md", "CONTRIBUTING.md"] {
        let repository = Repository::new();
        repository.write(
            page,
            "# Page\n\n```rust lessons/01-hello/src/lib.rs\ngone\n```\n",
        );
        repository.verify("excerpts").fails(&format!("{page}:3: "));
    }
}
