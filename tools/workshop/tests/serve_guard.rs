//! `cargo course serve`: who may ask.

use crate::common::{Repository, served::Served};

const PATHS: [&str; 4] = ["/", "/client/main.js", "/static/base.css", SOCKETS];
const SOCKETS: &str = "/socket.io/?EIO=4&transport=polling";

fn served() -> Served {
    Served::start(Repository::new())
}

#[test]
fn only_names_of_this_machine_are_answered() {
    let served = served();
    let port = served.address.port();
    for path in PATHS {
        for name in ["127.0.0.1", "localhost", "LOCALHOST"] {
            let host = format!("{name}:{port}");
            assert_eq!(served.request("GET", path, &[("Host", &host)]).status, 200);
        }
        let foreign = format!("workshop.example:{port}");
        for host in [&foreign, "127.0.0.1", "127.0.0.1:1", ""] {
            let answer = served.request("GET", path, &[("Host", host)]);
            assert_eq!(answer.status, 403, "{host} {path}");
        }
    }
}

#[test]
fn the_host_in_the_first_line_counts_too() {
    let served = served();
    let host = served.address.to_string();
    let answer = served.request("GET", "http://workshop.example/", &[("Host", &host)]);
    assert_eq!(answer.status, 403);
}

#[test]
fn other_pages_open_no_socket() {
    let served = served();
    for handshake in [polling, websocket] {
        for origin in own_origins(&served) {
            assert_ne!(handshake(&served, &[("Origin", &origin)]), 403, "{origin}");
        }
        for origin in foreign_origins(&served) {
            assert_eq!(handshake(&served, &[("Origin", &origin)]), 403, "{origin}");
        }
        for site in ["cross-site", "same-site", "none"] {
            assert_eq!(
                handshake(&served, &[("Sec-Fetch-Site", site)]),
                403,
                "{site}"
            );
        }
        assert_ne!(
            handshake(&served, &[("Sec-Fetch-Site", "same-origin")]),
            403
        );
        assert_ne!(handshake(&served, &[]), 403, "a program of this machine");
    }
}

#[test]
fn other_pages_send_nothing() {
    let served = served();
    let host = served.address.to_string();
    let post = |path: &str, origin: &str| {
        let headers = [
            ("Host", host.as_str()),
            ("Origin", origin),
            ("Content-Length", "0"),
        ];
        served.request("POST", path, &headers).status
    };
    for path in ["/", "/lessons/1/check", SOCKETS] {
        for origin in foreign_origins(&served) {
            assert_eq!(post(path, &origin), 403, "{origin} {path}");
        }
        for origin in own_origins(&served) {
            assert_ne!(post(path, &origin), 403, "{origin} {path}");
        }
    }
}

#[test]
fn a_link_from_elsewhere_leads_here() {
    let served = served();
    let host = served.address.to_string();
    let headers = [("Host", host.as_str()), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(
        served.request("GET", "/lessons/1/read", &headers).status,
        200
    );
}

#[test]
fn every_answer_has_a_policy() {
    let served = served();
    for path in ["/", "/lessons/2/read", "/client/main.js", "/nothing"] {
        let head = served.get(path).head;
        for header in [
            "content-security-policy: default-src 'self'; base-uri 'none'; form-action 'self'; \
             frame-src 'self' http://127.0.0.1:* http://localhost:*; frame-ancestors 'self'; \
             object-src 'none'",
            "x-content-type-options: nosniff",
            "x-frame-options: sameorigin",
            "referrer-policy: same-origin",
        ] {
            assert!(head.contains(header), "{path}: {head}");
        }
    }
}

#[test]
fn nothing_inline_is_in_a_page() {
    let served = served();
    for path in [
        "/",
        "/lessons/2/read",
        "/lessons/2/diff",
        "/lessons/2/check",
        "/nothing",
    ] {
        let page = served.get(path).body;
        for inline in ["<script>", "<style", " style=", " onclick="] {
            assert!(!page.contains(inline), "{inline} in {path}");
        }
    }
}

fn own_origins(served: &Served) -> [String; 2] {
    let port = served.address.port();
    ["127.0.0.1", "localhost"].map(|name| format!("http://{name}:{port}"))
}

fn foreign_origins(served: &Served) -> [String; 5] {
    let port = served.address.port();
    [
        "null".to_owned(),
        "http://127.0.0.1:1".to_owned(),
        format!("https://127.0.0.1:{port}"),
        format!("http://workshop.example:{port}"),
        format!("http://127.0.0.1:{port}.workshop.example"),
    ]
}

fn polling(served: &Served, headers: &[(&str, &str)]) -> u16 {
    let host = served.address.to_string();
    let headers = [&[("Host", host.as_str())], headers].concat();
    served.request("GET", SOCKETS, &headers).status
}

/// Every request has `Connection: close`, so no handshake completes: a request that the
/// guard lets through gets an error about the handshake.
fn websocket(served: &Served, headers: &[(&str, &str)]) -> u16 {
    let host = served.address.to_string();
    let headers = [
        &[("Host", host.as_str()), ("Upgrade", "websocket")],
        headers,
    ]
    .concat();
    let path = "/socket.io/?EIO=4&transport=websocket";
    served.request("GET", path, &headers).status
}
