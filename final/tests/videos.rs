//! Videos: their sizes, with which a page reserves the space.

use std::fs;

use crate::support::{Chat, each_database};
use macro_rules_attribute::apply;
use serde_json::{Value, json};

/// As `fixtures/videos/write.sh` writes them.
fn video(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/videos");
    fs::read(format!("{folder}/{name}")).unwrap()
}

fn size(file: &Value) -> [Value; 2] {
    [file["width"].clone(), file["height"].clone()]
}

#[apply(each_database!)]
async fn a_video_comes_with_its_size_after_rotation_and_as_it_was(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for (name, expected) in [
        ("wide.mp4", [96, 64]),
        ("upright.mp4", [64, 96]),
        ("wide.webm", [96, 64]),
    ] {
        let bytes = video(name);
        let file = ada.uploaded(&bytes).await;
        assert_eq!(file["kind"], "video");
        assert_eq!(size(&file), expected.map(Value::from), "{name}");
        let page = ada.get(file["url"].as_str().unwrap()).await;
        assert_eq!(page.bytes, bytes, "{name}");
    }
}

#[apply(each_database!)]
async fn a_video_that_cannot_be_read_is_kept_without_a_size(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for name in ["wide.mp4", "wide.webm"] {
        let mut broken = video(name);
        // Everything behind what says that it is a video.
        broken[64..].fill(0);
        let file = ada.uploaded(&broken).await;
        assert_eq!(file["kind"], "video", "{name}");
        assert_eq!(size(&file), [json!(null), json!(null)], "{name}");
        let page = ada.get(file["url"].as_str().unwrap()).await;
        assert_eq!(page.bytes, broken, "{name}");
    }
}
