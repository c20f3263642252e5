//! Settings: what differs between your computer and a server.

use std::net::{Ipv4Addr, SocketAddr};

use axum::http::Uri;
use clap::Parser;

/// A chat that grows by one feature a lesson.
#[derive(Debug, Parser)]
pub struct Config {
    /// Address and port to listen on; a port alone listens on this machine only
    #[arg(
        long,
        env = "PORT",
        value_name = "ADDRESS",
        default_value = "3000",
        value_parser = parse_address
    )]
    pub listen: SocketAddr,
    /// Address of the chat in browsers, if it is behind a proxy
    #[arg(long, env = "PUBLIC_URL", value_name = "URL", value_parser = parse_origin)]
    pub public_url: Option<String>,
}

/// Reads an address to listen on. With a port alone, nobody else on the network can reach the chat.
fn parse_address(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<u16>() {
        Ok(port) => Ok((Ipv4Addr::LOCALHOST, port).into()),
        Err(_) => text.parse().map_err(|_| {
            "write it like 3001 for this machine, or 0.0.0.0:3001 for all its addresses".to_owned()
        }),
    }
}

/// Reads an origin as browsers send it: a scheme and a host, with nothing after them.
fn parse_origin(text: &str) -> Result<String, String> {
    let uri = text.parse::<Uri>().map_err(|error| error.to_string())?;
    match (uri.scheme_str(), uri.authority(), uri.path()) {
        (Some(scheme @ ("http" | "https")), Some(host), "/") if uri.query().is_none() => {
            Ok(format!("{scheme}://{host}").to_lowercase())
        }
        _ => Err("write it like https://chat.example.org, without a path".to_owned()),
    }
}
