//! Pictures of a lesson's page: they belong to the page, not to the program.

use crate::common::{Repository, served::Served};

const LIGHT: &str = "lessons/02-farewell/screenshots/02-goal-light.png";
const DARK: &str = "lessons/02-farewell/screenshots/02-goal-dark.png";
const PICTURE: &str = "<picture>
  <source media=\"(prefers-color-scheme: dark)\" srcset=\"screenshots/02-goal-dark.png\">
  <img alt=\"two words\" src=\"screenshots/02-goal-light.png\">
</picture>";

/// A repository whose second lesson has a picture of its goal.
fn with_picture() -> Repository {
    let repository = Repository::with_page("## Goal\n", &format!("## Goal\n\n{PICTURE}\n"));
    repository.write(LIGHT, "light");
    repository.write(DARK, "dark");
    repository
}

#[test]
fn no_difference_shows_them() {
    let repository = with_picture();
    let difference = repository.course(&["diff", "1", "2"]).passes();
    assert!(!difference.contains("screenshots"), "{difference}");
}

#[test]
fn no_chat_gets_them() {
    let repository = with_picture();
    let lay = |words: &[&str]| {
        repository.course(words).passes();
        assert!(repository.path("work/chat/Cargo.toml").is_file());
        assert!(
            !repository.path("work/chat/screenshots").exists(),
            "{words:?}"
        );
    };
    lay(&["start", "2"]);
    lay(&["catch-up", "2", "--step", "1"]);
    lay(&["catch-up", "2"]);
}

#[test]
fn the_next_lesson_begins_without_them() {
    let repository = with_picture();
    repository.course(&["new", "03-see-you"]).passes();
    assert!(repository.path("lessons/03-see-you/Cargo.toml").is_file());
    assert!(!repository.path("lessons/03-see-you/screenshots").exists());
}

#[test]
fn no_check_takes_them_for_code() {
    let repository = with_picture();
    for check in ["shape", "frozen", "sizes", "links"] {
        repository.verify(check).passes();
    }
}

#[test]
fn a_picture_that_is_not_there_is_found() {
    let repository = with_picture();
    repository.remove(DARK);
    let words = "`screenshots/02-goal-dark.png` does not exist";
    repository.verify("links").fails(words);
}

#[test]
fn the_workshop_shows_them() {
    let served = Served::start(with_picture());
    let page = served.get("/lessons/2/read").body;
    for (attribute, file, text) in [("src", LIGHT, "light"), ("srcset", DARK, "dark")] {
        let address = format!("/files/{file}");
        assert!(
            page.contains(&format!("{attribute}=\"{address}\"")),
            "{page}"
        );
        assert_eq!(served.get(&address).body, text);
    }
    let home = served.get("/").body;
    assert!(home.contains(&format!("src=\"/files/{LIGHT}\"")), "{home}");
    assert!(
        home.contains(&format!("srcset=\"/files/{DARK}\"")),
        "{home}"
    );
}
