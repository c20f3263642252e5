//! `cargo course serve`: the pages.

use crate::common::{PAGE, Repository, served::Served};
use insta::assert_snapshot;

fn served() -> Served {
    Served::start(Repository::new())
}

#[test]
fn the_first_page_lists_the_lessons() {
    let page = served().get("/");
    // The goals of the small course are long.
    let content = page.content().replace(" Words explain the code.", "");
    assert_snapshot!(content);
}

#[test]
fn the_first_page_shows_the_two_parts() {
    let page = Served::start(Repository::with_part_two()).get("/").body;
    let parts = [
        "Part one: the course",
        "Part two: towards the finished chat",
    ];
    let place = |words: &str| {
        page.find(words)
            .unwrap_or_else(|| panic!("{words} in {page}"))
    };
    let [one, two] = parts.map(|title| place(&format!("<h2>{title}</h2>")));
    let [farewell, more] = ["Farewell</a>", "More</a>"].map(place);
    assert!(one < farewell && farewell < two && two < more, "{page}");
}

#[test]
fn the_first_page_shows_the_picture_of_a_goal() {
    let repository = Repository::new();
    let picture = "## Goal\n\n<picture>\n  <source media=\"(prefers-color-scheme: dark)\" \
                   srcset=\"screenshots/02-goal-dark.png\">\n  \
                   <img alt=\"Bye\" src=\"screenshots/02-goal-light.png\">\n</picture>\n";
    repository.replace(PAGE, "## Goal\n", picture);
    let page = Served::start(repository).get("/").body;
    assert_eq!(
        page.matches("class=\"lesson__picture\"").count(),
        1,
        "{page}"
    );
    let address = "src=\"/files/lessons/02-farewell/screenshots/02-goal-light.png\"";
    assert!(page.contains(address), "{page}");
}

#[test]
fn the_first_page_says_how_to_run_the_finished_chat() {
    let repository = Repository::new();
    repository.write("final/README.md", "# The finished chat\n");
    let page = Served::start(repository).get("/").body;
    assert!(page.contains("cargo run -p make-chat<"), "{page}");
}

#[test]
fn the_first_page_says_what_to_do_next() {
    let served = served();
    let says = |words: &str| {
        let page = served.get("/");
        assert!(page.body.contains(words), "{words:?} in {}", page.body);
    };
    says("Begin with lesson 01: Hello.");
    served.repository.course(&["catch-up", "1"]).passes();
    says("You are in lesson 01: Hello.");
    served.repository.course(&["check"]).passes();
    says("Next comes lesson 02: Farewell.");
    served.repository.course(&["catch-up", "2"]).passes();
    served.repository.course(&["check"]).passes();
    says("All lessons are done:");
}

#[test]
fn who_has_jumped_over_a_lesson_comes_back_to_it() {
    let served = served();
    served.repository.course(&["catch-up", "2"]).passes();
    served.repository.course(&["check"]).passes();
    let page = served.get("/").body;
    assert!(page.contains("Next comes lesson 01: Hello."), "{page}");
}

#[test]
fn a_lesson_is_rendered() {
    let repository = Repository::new();
    let text = "\n- [ ] do it\n- see [before](../01-hello/README.md#goal), ![x](x.png)\n\
                - <https://example.org>, [here](#recap)\n\n## The tests";
    repository.replace(PAGE, "\n## The tests", text);
    assert_snapshot!(Served::start(repository).get("/lessons/2/read").content());
}

#[test]
fn the_outline_of_the_course_is_not_for_ticking() {
    let repository = Repository::new();
    let text = "## Where you are\n\n- [x] 01 Hello\n- [ ] **02 Farewell**\n";
    repository.replace(PAGE, "## Where you are\n", text);
    let page = Served::start(repository).get("/lessons/2/read").body;
    assert!(!page.contains("data-tick=\"02/4\""), "{page}");
    assert!(page.contains("before: </span>"), "{page}");
}

#[test]
fn words_are_found_in_the_lessons_and_in_the_glossary() {
    let repository = Repository::new();
    repository.write(
        "lessons/glossary.md",
        "# Glossary\n\n## farewell\n\nA <b>word</b> that ends.\n",
    );
    let served = Served::start(repository);
    assert_snapshot!(served.get("/search?words=FAREWELL+end").content());
    let once = served.get("/search?words=pub+fn+farewell%28%29");
    assert!(once.content().contains("2 sections"), "{}", once.body);
}

#[test]
fn a_search_that_finds_nothing_says_so() {
    let served = served();
    let nothing = served.get("/search?words=%3Cb%3E+such");
    let words = "No lesson has all of these words: &#60;b&#62; such";
    assert!(nothing.content().contains(words), "{}", nothing.body);
    assert!(nothing.body.contains("value=\"&#60;b&#62; such\""));
    for empty in ["/search", "/search?words=", "/search?words=+"] {
        let page = served.get(empty);
        assert!(page.content().contains("Write a word or two"), "{empty}");
    }
    // The hint is folded on the page, too.
    let hint = served.get("/search?words=missing+word");
    assert!(hint.content().contains("No lesson"), "{}", hint.body);
    assert_eq!(served.get("/search?words=a&words=b").status, 404);
    let long = served.get(&format!("/search?words={}", "a".repeat(201)));
    assert_eq!(long.status, 404);
    assert!(long.content().contains("at most 200 characters"));
}

#[test]
fn files_of_lessons_can_be_shown() {
    let repository = Repository::new();
    repository.write("lessons/02-farewell/picture.svg", "<svg/>");
    let served = Served::start(repository);
    let picture = served.get("/files/lessons/02-farewell/picture.svg");
    assert_eq!((picture.status, picture.body.as_str()), (200, "<svg/>"));
    for path in ["/files/Cargo.toml", "/files/lessons/../Cargo.toml"] {
        assert_eq!(served.get(path).status, 404, "{path}");
    }
}

#[test]
fn what_changes_is_explained_by_the_step_that_quotes_it() {
    let repository = Repository::new();
    let quoted = "Now it says goodbye, with `farewell`.\n\n```rust src/farewell.rs\n\
                  pub fn farewell() -> &'static str {\n    // …\n}\n```\n\n### Step 3: run";
    repository.replace(PAGE, "### Step 3: run", quoted);
    assert_snapshot!(Served::start(repository).get("/lessons/2/diff").content());
}

#[test]
fn source_comes_first_and_tests_are_folded() {
    let page = served().get("/lessons/2/diff").body;
    let [source, tests] = ["id=\"file-1\" open>", "<details class=\"tests\">"].map(|words| {
        page.find(words)
            .unwrap_or_else(|| panic!("{words} in {page}"))
    });
    assert!(source < tests, "{page}");
    assert!(!page[..tests].contains("tests/greeting.rs"), "{page}");
    assert!(page[tests..].contains("tests/greeting.rs"), "{page}");
}

#[test]
fn a_renamed_file_is_told_on_the_page() {
    let repository = Repository::new();
    repository.write("lessons/01-hello/client/hello.js", "1\n2\n");
    repository.write("lessons/02-farewell/client/bye.js", "1\n2\n");
    let page = Served::start(repository).get("/lessons/2/diff").body;
    assert!(page.contains("renamed from client/hello.js"), "{page}");
    assert!(!page.contains(">client/hello.js<"), "{page}");
}

#[test]
fn changes_can_be_read_step_by_step() {
    let page = served().get("/lessons/2/diff?by=step").body;
    let [first, second] = [
        "step-1-read\">Step 1: read</a>",
        "step-2-write\">Step 2: write</a>",
    ]
    .map(|link| page.find(&format!("/lessons/2/read#{link}")).unwrap());
    let bye = page.find("src/farewell.rs").unwrap();
    let library = page.find("src/lib.rs").unwrap();
    assert!(first < bye && bye < second && second < library, "{page}");
    // The solution of "Your turn" is in no step.
    assert!(!page.contains("hello!"), "{page}");
}

#[test]
fn a_page_that_cannot_be_followed_has_no_steps_to_compare() {
    let repository = Repository::with_page("| step | behaviour", "| when | behaviour");
    let served = Served::start(repository);
    let page = served.get("/lessons/2/diff?by=step").body;
    let words = "does not show its code step by step";
    assert!(page.contains(words), "{page}");
    let read = served.get("/lessons/2/read").body;
    assert!(!read.contains("What this step changes"), "{read}");
}

#[test]
fn pictures_of_a_page_are_found() {
    let repository = Repository::new();
    let text = "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"screenshots/a-dark.png\">\
                <img alt=\"The chat\" src=\"screenshots/a.png\"></picture>\n\n## Where you are\n";
    repository.replace(PAGE, "## Where you are\n", text);
    let page = Served::start(repository).get("/lessons/2/read").body;
    for picture in ["srcset=\"/files", "src=\"/files"] {
        let address = format!("{picture}/lessons/02-farewell/screenshots/a");
        assert!(page.contains(&address), "{address} in {page}");
    }
}

#[test]
fn any_two_stages_can_be_compared() {
    let served = served();
    let back = served.get("/lessons/1/diff?from=2&to=1").body;
    assert!(back.contains("lines__removed"), "{back}");
    assert!(back.contains("src/farewell.rs"), "{back}");
    let same = served.get("/lessons/2/diff?from=2&to=2").body;
    assert!(same.contains("Choose two different lessons."), "{same}");
    let first = served.get("/lessons/1/diff").body;
    assert!(first.contains("there is no stage before it"), "{first}");
}

#[test]
fn the_page_of_checks_knows_whose_chat_it_is() {
    let served = served();
    assert_snapshot!(served.get("/lessons/2/check").content());
    served.repository.course(&["start", "1"]).passes();
    let other = served.get("/lessons/2/check").body;
    assert!(
        other.contains("is made for <a href=\"/lessons/1/check\">"),
        "{other}"
    );
    let own = served.get("/lessons/1/check").body;
    assert!(own.contains("Show a hint"), "{own}");
}

#[test]
fn a_chat_that_does_not_say_its_lesson_is_told() {
    let served = served();
    served
        .repository
        .write("work/chat/Cargo.toml", "[package]\n");
    for path in ["/", "/lessons/1/check"] {
        let page = served.get(path).body;
        assert!(
            page.contains("does not say which lesson it is for"),
            "{page}"
        );
    }
}

#[test]
fn what_does_not_exist_is_a_page_that_says_so() {
    let served = served();
    for tab in ["read", "diff", "check"] {
        let page = served.get(&format!("/lessons/9/{tab}"));
        assert_eq!(page.status, 404);
        let words = "there is no lesson 09; the lessons are 01-hello, 02-farewell.";
        assert!(page.content().contains(words), "{}", page.body);
    }
    for path in [
        "/lessons/two/read",
        "/lessons/2/diff?from=x",
        "/lessons/2/sing",
        "/nothing",
    ] {
        let page = served.get(path);
        assert_eq!(
            (page.status, page.content().contains("Not found")),
            (404, true),
            "{path}"
        );
    }
}

#[test]
fn a_page_that_cannot_be_shown_says_why() {
    let repository = Repository::new();
    repository.remove(PAGE);
    let page = Served::start(repository).get("/lessons/2/read");
    assert_eq!(page.status, 500);
    assert!(
        page.content().contains("README.md cannot be read"),
        "{}",
        page.body
    );
}

#[test]
fn a_taken_port_is_told() {
    let served = served();
    let port = served.address.port().to_string();
    let ran = served.repository.course(&["serve", "--port", &port]);
    ran.fails(&format!("port {port} is taken: stop the other program"));
}

#[test]
fn it_ends_well_when_it_is_told_to() {
    assert!(served().terminate().success());
}
