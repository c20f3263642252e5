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
