//! Compares each response of the API with the API's description.

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::browser::{Page, respond};

/// All chats have the same, but for the name of a cookie.
static DESCRIPTION: OnceCell<Value> = OnceCell::const_new();

/// Checks that the description has the status of a response and, if it is a problem, its code.
pub async fn check(router: &Router, method: &Method, path: &str, page: &Page) {
    let description = DESCRIPTION.get_or_init(|| read(router)).await;
    // Tests send requests that the API does not have, too.
    let Some(operation) = find(description, method, path) else {
        return;
    };
    let response = &operation["responses"][page.status.to_string()];
    assert!(
        response.is_object(),
        "{method} {path}: {} is not described: {}",
        page.status,
        page.body
    );
    if page.header("content-type") == Some("application/problem+json") {
        let schema = &response["content"]["application/problem+json"]["schema"];
        let codes = schema["allOf"][1]["properties"]["code"]["enum"].as_array();
        let code = &page.json()["code"];
        assert!(
            codes.is_some_and(|codes| codes.contains(code)),
            "{method} {path}: {code} is not described for {}",
            page.status
        );
    }
}

async fn read(router: &Router) -> Value {
    let request = Request::get("/api/openapi.json")
        .body(Body::empty())
        .unwrap();
    respond(router, request).await.json()
}

/// The operation that a request is for.
fn find<'a>(description: &'a Value, method: &Method, path: &str) -> Option<&'a Value> {
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let paths = description["paths"].as_object().unwrap();
    let (_, item) = paths.iter().find(|(template, _)| matches(template, path))?;
    item.get(method.as_str().to_lowercase())
}

/// Whether a path such as `/api/messages/1` is one of the template `/api/messages/{message}`.
fn matches(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(expected, part)| expected.starts_with('{') || expected == part)
}
