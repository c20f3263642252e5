//! The addresses to listen on.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::net::TcpListener;

use super::Report;
use crate::{config::Config, connections};

const TOPIC: &str = "address";
/// How long the program at the address may take to say that it is a chat.
const TIMEOUT: Duration = Duration::from_secs(5);
/// With fewer connections, a class with a few windows each may find the chat full.
const FEW_CONNECTIONS: usize = 1_000;

/// Checks the addresses. Returns the listener, if no server runs with this configuration.
pub async fn check(config: &Config, report: &mut Report) -> Option<TcpListener> {
    let listener = listen(config.listen, "--listen", report).await;
    if let Some(address) = config.metrics_listen {
        listen(address, "--metrics-listen", report).await;
        if !address.ip().is_loopback() {
            let words = "everyone who reaches that address can read the metrics";
            report.warn(TOPIC, format_args!("--metrics-listen {address}: {words}"));
        }
    }
    check_reach(config, report);
    check_connections(config, report);
    listener
}

async fn listen(address: SocketAddr, flag: &str, report: &mut Report) -> Option<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => {
            report.ok(TOPIC, format_args!("{flag} {address} is free"));
            Some(listener)
        }
        Err(error) if error.kind() == ErrorKind::AddrInUse && is_chat(address).await => {
            report.ok(TOPIC, format_args!("{flag} {address}: the chat is running"));
            None
        }
        Err(error) => {
            report.fail(TOPIC, format_args!("{flag} {address} {}", explain(&error)));
            None
        }
    }
}

fn explain(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "is taken: stop the other program, or choose another address".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "is not allowed: only root may listen on ports below 1024, so leave them to a proxy"
                .to_owned()
        }
        ErrorKind::AddrNotAvailable => "is no address of this machine".to_owned(),
        _ => format!("cannot be used: {error}"),
    }
}

/// Whether the chat that listens on this address says that it is ready. It prints what is wrong.
pub async fn is_ready(address: SocketAddr) -> bool {
    match get(address, "health/ready").await {
        Ok(text) => {
            print!("{text}");
            text == "ready\n"
        }
        Err(error) => {
            println!("no chat responds at {address}: {error}");
            false
        }
    }
}

/// Whether a chat, or the metrics of one, respond at this address.
async fn is_chat(address: SocketAddr) -> bool {
    let live = get(address, "health/live").await;
    let metrics = get(address, "metrics").await;
    live.is_ok_and(|text| text == "live\n") || metrics.is_ok_and(|text| text.contains("make_chat_"))
}

async fn get(mut address: SocketAddr, path: &str) -> Result<String, reqwest::Error> {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
            address.set_ip(Ipv4Addr::LOCALHOST.into())
        }
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
            address.set_ip(Ipv6Addr::LOCALHOST.into())
        }
        _ => {}
    }
    let client = super::probe::client(TIMEOUT)?;
    let response = client
        .get(format!("http://{address}/{path}"))
        .send()
        .await?;
    response.text().await
}

/// Passwords and messages must not cross a network in the clear.
fn check_reach(config: &Config, report: &mut Report) {
    let address = config.listen;
    if address.ip().is_loopback() {
        return;
    }
    let words = if config.is_https() {
        "can be reached without the proxy, and so without encryption, unless a firewall prevents \
         it: if the proxy is on this machine, listen on 127.0.0.1"
    } else {
        "passwords cross the network without encryption: put a proxy with TLS before the chat, and \
         set --public-url to its https:// address"
    };
    report.warn(TOPIC, format_args!("--listen {address}: {words}"));
}

fn check_connections(config: &Config, report: &mut Report) {
    let possible = connections::default_max();
    let max = config
        .max_connections
        .map_or(possible, |max| max.get() as usize);
    if max > possible {
        let words = "the limit of open files allows fewer";
        report.warn(
            TOPIC,
            format_args!("--max-connections {max}: {words}, {possible} (see ulimit -n)"),
        );
    } else if max < FEW_CONNECTIONS {
        report.warn(
            TOPIC,
            format_args!(
                "only {max} connections at once: raise the limit of open files (ulimit -n)"
            ),
        );
    } else {
        report.ok(TOPIC, format_args!("up to {max} connections at once"));
    }
}
