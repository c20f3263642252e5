//! The public address, and what the proxy at it passes on to the chat.

use std::{error::Error, io, iter::successors, net::IpAddr, time::Duration};

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::{Client, Response, header};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::timeout,
};
use url::Url;

use super::{
    Report,
    probe::{self, Arrived, Probe},
};
use crate::{config::Config, web::address};

const TOPIC: &str = "public URL";
const TIMEOUT: Duration = Duration::from_secs(10);
/// An address that nobody has (RFC 5737). The request claims to come from it.
const FORGED: &str = "192.0.2.1";
/// Larger uploads are not tried.
const MAX_TRIED_BYTES: u64 = 100_000_000;
/// The words that a WebSocket is asked to send back.
const WORDS: &[u8] = b"make-chat check";

/// Checks the public address. With `listener`, the address on which the chat would listen, it also
/// checks what arrives there.
pub async fn check(config: &Config, listener: Option<TcpListener>, report: &mut Report) {
    let Some(url) = &config.public_url else {
        let words = "none: right for trying out, and in a network that you trust";
        report.ok(TOPIC, words);
        return;
    };
    if !config.is_https() {
        let words = "passwords cross the network without encryption: use https://";
        report.warn(TOPIC, format_args!("{url}: {words}"));
    }
    let client = match probe::client(TIMEOUT) {
        Ok(client) => client,
        Err(error) => return report.fail(TOPIC, format_args!("cannot be tried: {error}")),
    };
    match listener {
        Some(listener) => check_proxy(config, url, &client, listener, report).await,
        None => check_running(url, &client, report).await,
    }
}

/// A server is running already, and answers itself.
async fn check_running(url: &str, client: &Client, report: &mut Report) {
    let text = async {
        let response = client.get(format!("{url}/health/live")).send().await?;
        response.text().await
    };
    match text.await {
        Ok(text) if text == "live\n" => {
            let words =
                "leads to a Make Chat. To check what the proxy passes on, stop the chat first";
            report.ok(TOPIC, format_args!("{url} {words}"));
        }
        Ok(_) => report.fail(TOPIC, format_args!("{url} leads to another program")),
        Err(error) => report.fail(TOPIC, explain(url, &error)),
    }
}

async fn check_proxy(
    config: &Config,
    url: &str,
    client: &Client,
    listener: TcpListener,
    report: &mut Report,
) {
    let probe = Probe::start(listener);
    let Some(arrived) = send_probe(url, client, &probe, report).await else {
        return;
    };
    report.ok(TOPIC, format_args!("{url} leads to this chat"));
    check_host(url, &arrived, report);
    check_client_address(config, url, &arrived, report);
    check_websocket(url, client, report).await;
    check_upload(config, url, client, report).await;
}

/// Sends a request with a forged address, and returns what has arrived of it here.
async fn send_probe(
    url: &str,
    client: &Client,
    probe: &Probe,
    report: &mut Report,
) -> Option<Arrived> {
    let request = client.get(url).header("x-forwarded-for", FORGED);
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => {
            report.fail(TOPIC, explain(url, &error));
            return None;
        }
    };
    let status = response.status();
    match response.json::<Arrived>().await {
        Ok(arrived) if arrived.token == probe.token => Some(arrived),
        _ => {
            report.fail(TOPIC, elsewhere(url, status));
            None
        }
    }
}

fn elsewhere(url: &str, status: StatusCode) -> String {
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            format!("{url}: the proxy does not reach the chat ({status}): send it to --listen")
        }
        _ => format!("{url} leads elsewhere ({status}): the proxy must send it to --listen"),
    }
}

/// Pages compare the address from which a form comes with `Host`.
fn check_host(url: &str, arrived: &Arrived, report: &mut Report) {
    let expected = url.split("://").nth(1).unwrap_or(url);
    match arrived.host.as_deref() {
        Some(host) if host == expected => {}
        Some(host) => report.fail(
            TOPIC,
            format_args!(
                "the proxy replaces Host with {host}, so nobody can log in: pass on {expected} \
                 (nginx: proxy_set_header Host $host)"
            ),
        ),
        None => report.fail(TOPIC, "the proxy passes on no Host, so nobody can log in"),
    }
}

/// Limits count for each address, so the chat must know from which one a request comes.
fn check_client_address(config: &Config, url: &str, arrived: &Arrived, report: &mut Report) {
    let mut headers = HeaderMap::new();
    for value in &arrived.forwarded_for {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append("x-forwarded-for", value);
        }
    }
    let peer = arrived.peer.ip().to_canonical();
    let seen = address::behind_proxies(peer, &config.trusted_proxy, &headers);
    let port = Url::parse(url)
        .ok()
        .and_then(|url| url.port_or_known_default());
    let is_forged = FORGED.parse::<IpAddr>().is_ok_and(|forged| forged == seen);
    let is_direct = port == Some(config.listen.port());
    if is_forged {
        report.fail(
            TOPIC,
            "the proxy passes on X-Forwarded-For as browsers send it, so anybody can pretend to \
             come from any address: it must add or set the address itself (nginx: \
             proxy_set_header X-Forwarded-For $remote_addr)",
        );
    } else if config.trusted_proxy.contains(&seen) && arrived.forwarded_for.is_empty() {
        report.warn(
            TOPIC,
            "the proxy sends no X-Forwarded-For, so all people share the limits of one address \
             (nginx: proxy_set_header X-Forwarded-For $remote_addr)",
        );
    } else if !is_direct && seen == peer && !config.trusted_proxy.contains(&peer) {
        report.warn(
            TOPIC,
            format_args!(
                "requests come from the proxy at {peer}, which is not trusted, so all people \
                 share the limits of one address: add --trusted-proxy {peer}"
            ),
        );
    } else {
        report.ok(TOPIC, format_args!("{url} passes on who sends a request"));
    }
}

async fn check_websocket(url: &str, client: &Client, report: &mut Report) {
    match timeout(TIMEOUT, echoed(url, client)).await {
        Ok(Ok(true)) => report.ok(TOPIC, "WebSockets work"),
        Ok(Ok(false)) => report.warn(
            TOPIC,
            "the proxy passes on no WebSockets, so the chat works by polling, which takes more of \
             both (nginx: proxy_http_version 1.1, and the headers Upgrade and Connection)",
        ),
        Ok(Err(error)) => report.warn(TOPIC, format_args!("WebSockets break: {error}")),
        Err(_) => report.warn(TOPIC, "WebSockets open, but nothing arrives through them"),
    }
}

/// Whether a connection that is upgraded carries words there and back.
async fn echoed(url: &str, client: &Client) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let request = client
        .get(url)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "bWFrZS1jaGF0IGNoZWNrLg==");
    let response = request.send().await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(false);
    }
    let mut connection = response.upgrade().await?;
    connection.write_all(WORDS).await?;
    let mut received = [0; WORDS.len()];
    connection.read_exact(&mut received).await?;
    Ok(received == WORDS)
}

async fn check_upload(config: &Config, url: &str, client: &Client, report: &mut Report) {
    let max = config.max_upload_bytes();
    let mb = config.max_upload_mb;
    if max > MAX_TRIED_BYTES {
        let words = "whether the proxy lets uploads of that size through was not tried";
        return report.ok(TOPIC, format_args!("--max-upload-mb {mb}: {words}"));
    }
    let body = vec![0; usize::try_from(max).unwrap_or_default()];
    let sent = client.post(url).body(body).send().await;
    match arrived_whole(sent, max).await {
        Ok(true) => report.ok(TOPIC, format_args!("uploads of {mb} MB arrive")),
        Ok(false) => report.fail(
            TOPIC,
            format_args!(
                "the proxy refuses uploads of {mb} MB: raise its limit (nginx: \
                 client_max_body_size), or lower --max-upload-mb"
            ),
        ),
        Err(error) => report.fail(
            TOPIC,
            format_args!("uploads of {mb} MB do not arrive: {}", explain(url, &error)),
        ),
    }
}

async fn arrived_whole(
    sent: Result<Response, reqwest::Error>,
    bytes: u64,
) -> Result<bool, reqwest::Error> {
    let response = sent?;
    if !response.status().is_success() {
        return Ok(false);
    }
    Ok(response.json::<Arrived>().await?.body_bytes == bytes)
}

/// The error with its causes: the library's own words say only that something has failed.
fn explain(url: &str, error: &reqwest::Error) -> String {
    let causes: Vec<_> = successors(error.source(), |&cause| cause.source()).collect();
    let words: Vec<String> = causes.iter().map(ToString::to_string).collect();
    let what = if causes.iter().any(|cause| is_of_certificate(*cause)) {
        "has a certificate that browsers do not trust"
    } else {
        "cannot be reached from this machine"
    };
    format!("{url} {what}: {}", words.join(": "))
}

/// The library wraps the reason in several errors of the operating system's kind.
fn is_of_certificate(mut cause: &(dyn Error + 'static)) -> bool {
    while let Some(inner) = cause
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        cause = inner;
    }
    matches!(
        cause.downcast_ref(),
        Some(rustls::Error::InvalidCertificate(_))
    )
}
