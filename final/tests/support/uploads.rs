//! Upload forms, and the responses to them.

use axum::{
    body::Body,
    http::{Request, header::CONTENT_TYPE},
};
use serde_json::Value;

use super::{Browser, Page};

const BOUNDARY: &str = "----a-boundary";

/// A form with one file, as a browser writes it.
pub fn form(name: &str, content_type: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {content_type}\r\n\r\n"
    );
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), bytes, end.as_bytes()].concat()
}

impl Browser {
    /// Sends a form with a file.
    pub async fn post_form(&mut self, path: &str, body: impl Into<Body>) -> Page {
        let request = Request::post(path)
            .header("origin", self.origin)
            .header(
                CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(body.into())
            .unwrap();
        self.send(request).await
    }

    /// Uploads a file with a wrong name and type.
    pub async fn upload(&mut self, bytes: &[u8]) -> Page {
        self.upload_as("a file.png", bytes).await
    }

    /// Uploads a file with this name.
    pub async fn upload_as(&mut self, name: &str, bytes: &[u8]) -> Page {
        self.post_form("/files", form(name, "image/png", bytes))
            .await
    }

    /// Uploads a file, and returns the JSON that describes it.
    pub async fn uploaded(&mut self, bytes: &[u8]) -> Value {
        let page = self.upload(bytes).await;
        assert_eq!(page.status, 201, "{}", page.body);
        page.json()
    }
}

impl Page {
    /// The sentence of a problem. Checks its shape, too.
    pub fn problem(&self) -> String {
        let problem = self.json();
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].is_string() && problem["type"] == "about:blank");
        problem["detail"].as_str().unwrap().to_owned()
    }
}
