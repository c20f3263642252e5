//! The page, as a browser gets it.

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn the_chat_page() {
    let page = Recorder::start(chat::app()).await.get("/").await;
    assert_eq!(page.status, 200);
    assert_snapshot!(page.body);
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_a_page_too() {
    let page = Recorder::start(chat::app()).await.get("/nowhere").await;
    assert_eq!(page.status, 404);
    assert_eq!(page.text_of("title"), "Not found · Make Chat");
    assert_eq!(page.text_of("h1"), "There is nothing at this address");
    assert_eq!(page.link_to("/"), "Go to the chat");
}

#[tokio::test]
async fn every_file_that_the_page_names_is_served() {
    let room = Recorder::start(chat::app()).await;
    let page = room.get("/").await;
    let files: Vec<&str> = page
        .body
        .split('"')
        .filter(|text| text.starts_with("/static/") || text.starts_with("/client/"))
        .collect();
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(room.get(file).await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn browsers_ask_again_for_every_file() {
    let room = Recorder::start(chat::app()).await;
    for path in ["/", "/client/main.css", "/static/base.css", "/nowhere"] {
        let page = room.get(path).await;
        assert_eq!(page.header("cache-control"), Some("no-cache"), "{path}");
    }
}

#[tokio::test]
async fn the_join_form_offers_the_channels_and_names_the_one_in_the_link() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.request("Ada", "channel:create", json!({ "name": "Recipes" }))
        .await;
    let page = room.get("/?channel=recipes").await;
    let form = page
        .body
        .split("</form>")
        .find(|form| form.contains("join-form"));
    assert_snapshot!(form.unwrap());
    let page = room.get("/?channel=recipes&channel=general").await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn names_are_shown_as_the_text_they_are() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.request("Ada", "channel:create", json!({ "name": "\"><script>a()" }))
        .await;
    let page = room.get("/?channel=%22%3E%3Cscript%3Eb()").await;
    assert!(!page.body.contains("<script>"));
    assert_eq!(page.body.matches("script&#62;").count(), 2);
}
