//! The browser's files.

use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn browsers_are_told_what_a_file_is() {
    let room = Recorder::start(chat::app()).await;
    for (path, media_type) in [
        ("/client/main.js", "text/javascript"),
        ("/client/main.css", "text/css"),
        ("/static/icon.svg", "image/svg+xml"),
    ] {
        let page = room.get(path).await;
        assert_eq!(page.header("content-type"), Some(media_type), "{path}");
    }
}

#[tokio::test]
async fn a_missing_file_is_answered_like_any_missing_address() {
    let room = Recorder::start(chat::app()).await;
    for path in ["/client/nothing.js", "/static/nothing.css"] {
        let page = room.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(page.text_of("h1"), "There is nothing at this address");
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let room = Recorder::start(chat::app()).await;
    for path in [
        "/client/..%2fsrc%2flib.rs",
        "/client/%2fetc%2fpasswd",
        "/client/%ff",
    ] {
        let status = room.get(path).await.status;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
}
