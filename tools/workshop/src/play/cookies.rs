//! Keeps the users' cookies apart.
//!
//! Browsers separate storage by port, but cookies only by host: two users on two ports of
//! one machine would share a session. So the proxy puts the user in front of each cookie's
//! name on the way to the browser, and removes it on the way back.

use axum::http::{HeaderMap, HeaderValue, header};

/// Marks the cookies that the server sets with their owner.
pub fn mark(headers: &mut HeaderMap, owner: &str) {
    let set = headers.get_all(header::SET_COOKIE).iter();
    let marked: Vec<HeaderValue> = set
        .filter_map(|cookie| HeaderValue::from_bytes(&marked(cookie, owner)).ok())
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in marked {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// Keeps only the owner's cookies in a request, under their original names.
pub fn unmark(headers: &mut HeaderMap, owner: &str) {
    let mark = mark_of(owner);
    let sent = headers.get_all(header::COOKIE).iter();
    let sent = sent.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let own: Vec<&[u8]> = sent
        .filter_map(|cookie| cookie.trim_ascii().strip_prefix(mark.as_bytes()))
        .collect();
    let line = HeaderValue::from_bytes(&own.join(&b"; "[..]));
    headers.remove(header::COOKIE);
    if let Ok(line) = line
        && !line.is_empty()
    {
        headers.insert(header::COOKIE, line);
    }
}

fn marked(cookie: &HeaderValue, owner: &str) -> Vec<u8> {
    [mark_of(owner).as_bytes(), cookie.as_bytes()].concat()
}

fn mark_of(owner: &str) -> String {
    format!("{owner}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, values: &[&'static str]) -> HeaderMap {
        let pair = |value: &&'static str| (name.clone(), HeaderValue::from_static(value));
        values.iter().map(pair).collect()
    }

    #[test]
    fn what_the_server_sets_gets_the_owners_mark() {
        let mut set = headers(header::SET_COOKIE, &["id=1; Path=/", "theme=dark"]);
        mark(&mut set, "chat-A");
        let marked: Vec<_> = set.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(marked, ["chat-A.id=1; Path=/", "chat-A.theme=dark"]);
    }

    #[test]
    fn the_server_gets_the_owners_cookies_alone() {
        let lines = ["chat-A.id=1; chat-B.id=2; other=3", "chat-A.theme=dark"];
        let mut sent = headers(header::COOKIE, &lines);
        unmark(&mut sent, "chat-A");
        let line = sent.remove(header::COOKIE);
        assert_eq!(line.unwrap(), "id=1; theme=dark");
    }

    #[test]
    fn no_cookies_are_no_header() {
        let mut sent = headers(header::COOKIE, &["chat-B.id=2"]);
        unmark(&mut sent, "chat-A");
        assert!(sent.is_empty());
    }
}
