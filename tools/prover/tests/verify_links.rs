//! `cargo course verify`: links

use crate::common::{PAGE, Repository};

/// The first page of the repository with a link at its end.
fn with_link(target: &str) -> Repository {
    let repository = Repository::new();
    repository.append("README.md", &format!("\n[there]({target})\n"));
    repository
}

#[test]
fn links_lead_to_files_folders_and_headings() {
    for target in [
        "work/README.md",
        "lessons/../lessons/",
        "lessons/01-hello/README.md#step-1-read",
        "lessons/01-hello#the-tests",
        "#the-course",
        "https://example.org/x#y",
        "http://localhost:3000/",
        "http://127.0.0.1:3000",
    ] {
        with_link(target).verify("links").passes();
    }
}

#[test]
fn links_that_lead_nowhere_are_found() {
    for (target, words) in [
        ("gone.md", "README.md:16: `gone.md` does not exist"),
        ("#gone", "`#gone` leads to no heading"),
        ("lessons/01-hello/README.md#Steps", "leads to no heading"),
        ("Cargo.toml#L3", "has an anchor, but is no page"),
        ("http://example.org", "is not https"),
        ("http://localhost.example.org", "is not https"),
        ("/work", "begins with /"),
    ] {
        with_link(target).verify("links").fails(words);
    }
}

#[test]
fn images_and_html_are_links_too() {
    let repository = Repository::new();
    repository.append("README.md", "\n![picture](gone.png)\n");
    repository
        .verify("links")
        .fails("`gone.png` does not exist");
    repository.write("README.md", "<img alt=\"\" src=\"lost.png\">\n");
    repository
        .verify("links")
        .fails("`lost.png` does not exist");
}

#[test]
fn headings_follow_githubs_rule() {
    let repository = Repository::new();
    let headings = "# It's `x::y`, so!\n# Twice\n# Twice\n# Two  blanks_here – é\n";
    let links = "[a](#its-xy-so)\n[b](#twice)\n[c](#twice-1)\n[d](#two--blanks_here--é)\n";
    repository.write("README.md", &format!("{headings}\n{links}"));
    repository.verify("links").passes();
}

#[test]
fn pages_of_tools_and_libraries_are_checked() {
    for page in [
        "CONTRIBUTING.md",
        "tools/x/README.md",
        "static/vendor/README.md",
        PAGE,
    ] {
        let repository = Repository::new();
        repository.write(page, "[x](gone.md)\n");
        repository.verify("links").fails("`gone.md` does not exist");
    }
}
