//! Shared by all pages: headers, assets, errors, health checks.

use std::collections::HashSet;

use crate::support::{Browser, Chat, each_database, start};
use axum::{body::Body, http::Request};
use insta::assert_snapshot;
use macro_rules_attribute::apply;
use make_chat::{app, storage::StorageError, web::assets::url};
use rquickjs::{CatchResultExt, Context, Module, Runtime};

#[apply(each_database!)]
async fn every_response_has_the_security_headers(chat: Chat) {
    let mut ada = chat.browser();
    for path in [
        "/",
        "/nowhere",
        "/log-out",
        &url("client/main.js"),
        "/health/live",
    ] {
        let page = ada.get(path).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'self';"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    }
    assert!(!ada.get("/").await.says("<script>"));
}

#[apply(each_database!)]
async fn responses_that_may_change_are_not_stored(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for path in ["/home", "/", "/nowhere"] {
        let page = ada.get(path).await;
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
    }
    let file = ada.get(&url("client/main.css")).await;
    assert_eq!(file.header("cache-control"), Some("no-store"));
    assert_eq!(file.header("content-type"), Some("text/css"));
    assert_eq!(file.header("set-cookie"), None);
}

#[apply(each_database!)]
async fn every_file_that_a_page_or_a_module_refers_to_is_served(chat: Chat) {
    let landing = chat.browser().get("/").await;
    let mut ada = chat.signed_up("Ada").await;
    let home = ada.get("/home").await;
    let quoted = [&landing, &home]
        .into_iter()
        .flat_map(|page| page.body.split('"'))
        .filter(|text| text.starts_with("/assets/"));
    let mut files: Vec<String> = quoted.map(str::to_owned).collect();
    let mut served = HashSet::new();
    while let Some(file) = files.pop() {
        let page = ada.get(&file).await;
        assert_eq!(page.status, 200, "{file}");
        if served.insert(file.clone()) {
            files.extend(imports(&file, &page.body));
        }
    }
    let names = |name: &str| served.iter().any(|file| file.ends_with(name));
    assert!(names("/main.js") && names("/home.js") && names("/landing.css"));
    assert!(served.len() > 50, "{served:#?}");
    assert_eq!(ada.get(&url("client/../Cargo.toml")).await.status, 404);
    assert_eq!(ada.get(&url("client/nothing.js")).await.status, 404);
}

/// The files that a module or a style sheet of the chat imports.
fn imports(file: &str, body: &str) -> Vec<String> {
    let (folder, _) = file.rsplit_once('/').unwrap();
    let lines = body.lines().filter(|line| {
        !file.contains("/vendor/") && (line.starts_with("import ") || line.starts_with("@import "))
    });
    let paths = lines.filter_map(|line| line.split('"').nth(1));
    paths
        .map(|path| format!("{folder}/{path}"))
        .map(without_dots)
        .collect()
}

/// A path as a browser requests it.
fn without_dots(path: String) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[apply(each_database!)]
async fn an_address_that_does_not_exist_has_an_error_page(chat: Chat) {
    let page = chat.browser().get("/nowhere").await;
    assert_eq!(page.status, 404);
    assert_snapshot!("not_found", page.stable());
}

#[apply(each_database!)]
async fn a_body_larger_than_any_form_is_refused(chat: Chat) {
    let long = "x".repeat(20_000);
    let page = chat.browser().log_in("Ada", &long).await;
    assert_eq!(page.status, 413);
    assert!(page.says("too large"));
}

#[apply(each_database!)]
async fn a_body_that_pauses_for_too_long_is_refused(chat: Chat) {
    let nothing = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = Request::post("/log-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "http://chat.test")
        .body(Body::from_stream(nothing))
        .unwrap();
    // Nothing else is under way, so the paused clock advances at once.
    tokio::time::pause();
    let page = chat.browser().send(request).await;
    tokio::time::resume();
    assert_eq!(page.status, 400);
    assert!(page.says("could not be read"));
}

#[apply(each_database!)]
async fn a_form_that_lacks_a_field_is_refused(chat: Chat) {
    let page = chat.browser().post("/log-in", &[("name", "Ada")]).await;
    assert_eq!(page.status, 400);
    assert!(page.says("could not be read"));
}

#[apply(each_database!)]
async fn the_server_is_ready_while_the_database_responds(chat: Chat) {
    let mut supervisor = Browser::new(app(chat.reopen().await.unwrap()));
    assert_eq!(supervisor.get("/health/live").await.status, 200);
    assert_eq!(supervisor.get("/health/ready").await.status, 200);
    let closed = chat.reopen().await.unwrap();
    closed.db.close().await;
    supervisor.router = app(closed);
    assert_eq!(supervisor.get("/health/live").await.status, 200);
    assert_eq!(supervisor.get("/health/ready").await.status, 503);
    assert_eq!(supervisor.log_in("Ada", "correct horse").await.status, 500);
}

#[apply(each_database!)]
async fn a_schema_newer_than_the_program_is_refused_with_a_sentence(chat: Chat) {
    chat.execute(
        "INSERT INTO _sqlx_migrations
             (version, description, installed_on, success, checksum, execution_time)
             SELECT 9999, description, installed_on, success, checksum, execution_time
             FROM _sqlx_migrations WHERE version = 1",
    )
    .await;
    let refused = chat.reopen().await.err().unwrap();
    assert!(matches!(refused, StorageError::TooNew { found: 9999, .. }));
    assert!(refused.to_string().contains("start a newer Make Chat"));
}

#[apply(each_database!)]
async fn an_invalid_database_url_is_refused_without_repeating_it(chat: Chat) {
    for url in [
        "mysql://ada:secret@db/chat",
        "postgres://ada:secret@db:x/chat",
    ] {
        let mut config = (*chat.state.config).clone();
        config.database_url = Some(url.to_owned());
        let refused = make_chat::state::AppState::open(config)
            .await
            .err()
            .unwrap();
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}

#[apply(each_database!)]
async fn texts_are_compressed_and_uploads_are_not(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let notes = ada.uploaded("what was noted ".repeat(200).as_bytes()).await;
    let notes = notes["url"].as_str().unwrap();
    for (path, encoding) in [
        ("/home", Some("gzip")),
        (&url("client/home.js"), Some("gzip")),
        (&url("client/home.js"), Some("br")),
        ("/api/emoji", Some("br")),
        // Too short.
        ("/api/me", None),
        (&url("static/vendor/inter-basic.woff2"), None),
        (notes, None),
    ] {
        let accepted = encoding.unwrap_or("gzip, br");
        ada.headers = vec![("accept-encoding", accepted.to_owned())];
        let page = ada.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("content-encoding"), encoding, "{path}");
    }
}

/// A debug build serves the modules one by one, so the tests see the joined ones only here.
#[test]
fn the_joined_modules_can_be_read() {
    for module in [
        include_str!(concat!(env!("OUT_DIR"), "/home.js")),
        include_str!(concat!(env!("OUT_DIR"), "/main.js")),
    ] {
        assert!(module.len() > 10_000);
        // The libraries are files of their own.
        let is_ours = |line: &&str| !line.starts_with("import ");
        let module: Vec<&str> = module.lines().filter(is_ours).collect();
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|context| {
            let declared = Module::declare(context.clone(), "joined.js", module.join("\n"));
            declared.catch(&context).unwrap();
        });
    }
}

#[apply(each_database!)]
async fn the_list_of_online_users_is_compressed_and_says_the_same(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let _room = start(&chat, ["Bob", "Eve"]).await;
    let plain = ada.get("/api/people").await;
    assert_eq!(plain.json().as_array().unwrap().len(), 2);
    ada.headers = vec![("accept-encoding", "gzip, br".to_owned())];
    let page = ada.get("/api/people").await;
    assert_eq!(page.header("content-encoding"), Some("br"));
    assert_eq!(page.header("vary"), Some("accept-encoding"));
    assert_eq!(page.header("content-type"), Some("application/json"));
    let mut json = Vec::new();
    brotli::BrotliDecompress(&mut &page.bytes[..], &mut json).unwrap();
    assert_eq!(json, plain.bytes);
}
