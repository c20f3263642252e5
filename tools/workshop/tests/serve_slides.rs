//! `cargo course serve`: the slides.

use crate::common::{DECK, Repository, served::Served};

#[test]
fn the_slides_are_those_that_are_exported() {
    let repository = Repository::new();
    repository.course(&["slides", "--out", "site"]).passes();
    let served = Served::start(repository);
    for file in [
        "index.html",
        "02-farewell.html",
        "assets/deck.css",
        "assets/deck.js",
    ] {
        let exported = served.repository.read(&format!("site/{file}"));
        assert_eq!(served.get(&format!("/slides/{file}")).body, exported);
    }
}

#[test]
fn what_a_deck_loads_says_what_it_is() {
    let served = Served::start(Repository::new());
    for (file, kind) in [
        ("index.html", "text/html"),
        ("assets/deck.css", "text/css"),
        ("assets/deck.js", "text/javascript"),
        ("assets/icon.svg", "image/svg+xml"),
    ] {
        let answer = served.get(&format!("/slides/{file}"));
        let line = format!("content-type: {kind}");
        assert!(answer.head.contains(&line), "{file}: {}", answer.head);
    }
}

#[test]
fn a_picture_is_served_to_the_deck_that_shows_it() {
    const FOLDER: &str = "lessons/02-farewell/screenshots";
    let repository = Repository::new();
    repository.write(&format!("{FOLDER}/shown-light.png"), "light");
    repository.write(&format!("{FOLDER}/hidden-light.png"), "secret");
    let picture = format!("\n![seen](../{FOLDER}/shown-light.png)\n");
    repository.append(DECK, &picture);
    let served = Served::start(repository);
    let get = |name: &str| {
        served.get(&format!(
            "/slides/assets/lessons-02-farewell-screenshots-{name}"
        ))
    };
    let shown = get("shown-light.png");
    assert_eq!(shown.body, "light");
    assert!(
        shown.head.contains("content-type: image/png"),
        "{}",
        shown.head
    );
    assert_eq!(get("hidden-light.png").status, 404);
}

#[test]
fn the_tab_shows_the_lessons_deck() {
    let served = Served::start(Repository::new());
    let page = served.get("/lessons/2/slides").body;
    assert!(page.contains("src=\"/slides/02-farewell.html\""), "{page}");
}

#[test]
fn a_deck_that_does_not_exist_is_not_found() {
    let served = Served::start(Repository::new());
    for path in [
        "/lessons/9/slides",
        "/slides/09-more.html",
        "/slides/assets/more.js",
    ] {
        assert_eq!(served.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_deck_with_a_mistake_says_where_it_is() {
    let repository = Repository::new();
    repository.replace(DECK, "code: `last_word`", "code: `farewell_song`");
    let page = Served::start(repository).get("/slides/02-farewell.html");
    assert_eq!(page.status, 500);
    assert!(
        page.body.contains("slides/02-farewell.md:"),
        "{}",
        page.body
    );
}
