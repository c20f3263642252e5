//! A small HTTP client: it fetches pages, and carries the polling transport.

use std::error::Error;
use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{HeaderMap, Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Anything that can go wrong on a connection; it ends in a test's failure text.
pub(crate) type ConnectionError = Box<dyn Error + Send + Sync>;

/// An HTTP answer.
#[derive(Debug, Clone)]
pub struct Page {
    /// The status code, for example 200.
    pub status: u16,
    /// The body as text, with `\n` at the ends of lines.
    pub body: String,
    headers: HeaderMap,
}

impl Page {
    /// The value of a header, whatever the case of `name`; the first one if
    /// there are several, none if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The text of the first element with this tag name, such as `h1`: without
    /// the tags inside it, with the characters that entities stand for, and with single
    /// spaces. Empty if there is none.
    ///
    /// Tests that use this accept any markup and any indentation.
    pub fn text_of(&self, tag: &str) -> String {
        self.elements(tag).next().unwrap_or_default().1
    }

    /// The text of the first link that leads to `href`; empty if there is none.
    pub fn link_to(&self, href: &str) -> String {
        let quoted = [format!("href=\"{href}\""), format!("href='{href}'")];
        let leads_there = |attributes: &str| quoted.iter().any(|one| attributes.contains(one));
        let mut links = self.elements("a");
        links
            .find(|(attributes, _)| leads_there(attributes))
            .unwrap_or_default()
            .1
    }

    /// The attributes and the text of all elements with this tag name.
    fn elements(&self, tag: &str) -> impl Iterator<Item = (String, String)> {
        // Tag names are the same in upper and in lower case. This keeps all positions.
        let lower = self.body.to_ascii_lowercase();
        let (start, end) = (format!("<{tag}"), format!("</{tag}"));
        let starts: Vec<usize> = lower.match_indices(&start).map(|found| found.0).collect();
        starts.into_iter().filter_map(move |at| {
            let inside = at + start.len();
            let close = inside + lower[inside..].find('>')?;
            let attributes = &self.body[inside..close];
            // `<a` also begins `<aside`.
            if !attributes.is_empty() && !attributes.starts_with(char::is_whitespace) {
                return None;
            }
            let stop = close + lower[close..].find(&end)?;
            Some((
                attributes.to_owned(),
                plain_text(&self.body[close + 1..stop]),
            ))
        })
    }
}

/// HTML without its tags and entities, and with single spaces.
fn plain_text(html: &str) -> String {
    let without_tags: String = html
        .split('<')
        .enumerate()
        .map(|(index, piece)| match (index, piece.split_once('>')) {
            (0, _) => piece,
            (_, Some((_, text))) => text,
            (_, None) => "",
        })
        .collect();
    html_escape::decode_html_entities(&without_tags)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// One connection to the server, kept open between requests.
pub(crate) struct Http {
    address: SocketAddr,
    headers: HeaderMap,
    requests: SendRequest<Full<Bytes>>,
}

impl Http {
    pub async fn connect(address: SocketAddr) -> Result<Http, ConnectionError> {
        let requests = open(address).await?;
        Ok(Http {
            address,
            headers: HeaderMap::new(),
            requests,
        })
    }

    /// Sends these headers with every request.
    pub fn with_headers(mut self, headers: &HeaderMap) -> Http {
        self.headers = headers.clone();
        self
    }

    pub async fn get(&mut self, path: &str) -> Result<Page, ConnectionError> {
        self.send(Method::GET, path, String::new()).await
    }

    pub async fn post(&mut self, path: &str, body: String) -> Result<Page, ConnectionError> {
        self.send(Method::POST, path, body).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: String,
    ) -> Result<Page, ConnectionError> {
        // The server may close a connection after any answer.
        if self.requests.ready().await.is_err() {
            self.requests = open(self.address).await?;
        }
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .body(Full::from(body))?;
        request.headers_mut().extend(self.headers.clone());
        let (head, body) = self.requests.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Page {
            status: head.status.as_u16(),
            // A template that was saved on Windows makes the same page. askama removes the
            // last character of an included one, so a return may stand alone.
            body: String::from_utf8_lossy(&body).replace('\r', ""),
            headers: head.headers,
        })
    }
}

async fn open(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, ConnectionError> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Moves the bytes; ends by itself when `requests` is dropped.
    tokio::spawn(connection);
    Ok(requests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Page {
        Page {
            status: 200,
            body: body.to_owned(),
            headers: HeaderMap::new(),
        }
    }

    #[test]
    fn text_is_found_whatever_the_markup() {
        let page = page("<header></header>\n<H1 class=\"x\">\n Not <em>here</em>\n</H1>");
        assert_eq!(page.text_of("h1"), "Not here");
        assert_eq!(page.text_of("h2"), "");
    }

    #[test]
    fn entities_are_the_characters_that_they_stand_for() {
        let page = page("<title>Not found &middot; Make&nbsp;Chat &#x2713; &amp;lt;</title>");
        assert_eq!(page.text_of("title"), "Not found · Make Chat ✓ &lt;");
    }

    #[test]
    fn a_link_is_found_by_its_address() {
        let page =
            page("<aside>no</aside><a href='/x'>X</a> <a id=\"b\" href=\"/\">Go\n there</a>");
        assert_eq!(page.link_to("/"), "Go there");
        assert_eq!(page.link_to("/x"), "X");
        assert_eq!(page.link_to("/y"), "");
    }
}
