//! Downloads: their headers, and ranges.

use crate::support::{self, Chat, each_database};
use axum::{body::Body, http::Request};
use macro_rules_attribute::apply;

const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\0\0 what a film is made of";

#[apply(each_database!)]
async fn svg_and_html_and_pdf_are_downloaded_and_never_shown(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for text in [
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        "<!doctype html><script>alert(1)</script>",
        "%PDF-1.7 with a script",
    ] {
        // Both the form and the name claim that it is a PNG.
        let file = ada.uploaded(text.as_bytes()).await;
        assert_eq!(file["kind"], "file");
        let page = ada.get(file["url"].as_str().unwrap()).await;
        assert_eq!(
            page.header("content-type"),
            Some("application/octet-stream")
        );
        let disposition = page.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment;"), "{disposition}");
    }
}

#[apply(each_database!)]
async fn every_download_has_the_security_headers_and_is_revalidated(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let picture = ada.uploaded(&support::jpeg(20, 10)).await;
    let film = ada.uploaded(MP4).await;
    for url in [&picture["url"], &picture["thumbnailUrl"], &film["url"]] {
        let page = ada.get(url.as_str().unwrap()).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        let policy = page.header("content-security-policy");
        assert_eq!(policy, Some("sandbox; default-src 'none'"));
        assert_eq!(page.header("cache-control"), Some("private, no-cache"));
        let disposition = page.header("content-disposition").unwrap();
        assert!(disposition.starts_with("inline"), "{disposition}");
        let tag = page.header("etag").unwrap().to_owned();
        let mut again = ada.clone();
        again.headers = vec![("if-none-match", format!("\"other\", W/{tag}"))];
        let page = again.get(url.as_str().unwrap()).await;
        assert_eq!((page.status, page.bytes.len()), (304, 0));
        assert_eq!(page.header("etag"), Some(tag.as_str()));
        for (known, status) in [("*", 304), ("\"other\"", 200), ("", 200), ("\u{fc}", 200)] {
            again.headers = vec![("if-none-match", known.to_owned())];
            let page = again.get(url.as_str().unwrap()).await;
            assert_eq!(page.status, status, "{known}");
        }
    }
}

#[apply(each_database!)]
async fn a_player_can_seek(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let film = ada.uploaded(MP4).await;
    assert_eq!(
        (film["kind"].as_str(), film["contentType"].as_str()),
        (Some("video"), Some("video/mp4"))
    );
    let url = film["url"].as_str().unwrap();
    let size = MP4.len();
    let page = ada.get(url).await;
    assert_eq!(page.header("accept-ranges"), Some("bytes"));
    let tag = page.header("etag").unwrap().to_owned();
    for (range, from, to) in [
        ("bytes=0-", 0, size),
        ("bytes=4-7", 4, 8),
        ("bytes=20-999", 20, size),
        ("bytes=-5", size - 5, size),
    ] {
        ada.headers = vec![("range", range.to_owned()), ("if-range", tag.clone())];
        let page = ada.get(url).await;
        assert_eq!((page.status, page.bytes.as_slice()), (206, &MP4[from..to]));
        let expected = format!("bytes {from}-{}/{size}", to - 1);
        assert_eq!(page.header("content-range"), Some(expected.as_str()));
        assert_eq!(
            page.header("content-length"),
            Some((to - from).to_string().as_str())
        );
        assert_eq!(page.header("content-type"), Some("video/mp4"));
    }
}

#[apply(each_database!)]
async fn a_range_that_does_not_exist_is_refused_and_an_unreadable_one_is_ignored(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let film = ada.uploaded(MP4).await;
    let url = film["url"].as_str().unwrap();
    for range in ["bytes=999-", "bytes=9-5"] {
        ada.headers = vec![("range", range.to_owned())];
        let page = ada.get(url).await;
        assert_eq!((page.status, page.bytes.len()), (416, 0));
        let expected = format!("bytes */{}", MP4.len());
        assert_eq!(page.header("content-range"), Some(expected.as_str()));
    }
    for range in ["lines=1-2", "bytes=a-b", "bytes=0-1,4-5", "bytes="] {
        ada.headers = vec![("range", range.to_owned())];
        let page = ada.get(url).await;
        assert_eq!((page.status, page.bytes.as_slice()), (200, MP4), "{range}");
    }
    for version in [
        "\"old\"",
        "",
        "Sun, 29 Nov 2026 06:00:00 GMT",
        "W/",
        "\u{fc}",
    ] {
        ada.headers = vec![
            ("range", "bytes=0-1".to_owned()),
            ("if-range", version.to_owned()),
        ];
        let page = ada.get(url).await;
        assert_eq!(
            (page.status, page.bytes.as_slice()),
            (200, MP4),
            "{version}"
        );
    }
}

#[apply(each_database!)]
async fn an_empty_file_is_sent_whole_whatever_the_range(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let file = ada.uploaded(b"").await;
    for range in [
        "bytes=0-",
        "bytes=0-0",
        "bytes=0-99",
        "bytes=5-9",
        "bytes=-5",
    ] {
        ada.headers = vec![("range", range.to_owned())];
        let page = ada.get(file["url"].as_str().unwrap()).await;
        assert_eq!((page.status, page.body.as_str()), (200, ""), "{range}");
        assert_eq!(page.header("content-length"), Some("0"));
    }
}

#[apply(each_database!)]
async fn a_head_request_tells_the_size_and_sends_nothing(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let film = ada.uploaded(MP4).await;
    ada.headers = vec![("range", "bytes=0-1".to_owned())];
    let request = Request::head(film["url"].as_str().unwrap());
    let page = ada.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((page.status, page.bytes.len()), (200, 0));
    assert_eq!(
        page.header("content-length"),
        Some(MP4.len().to_string().as_str())
    );
}
