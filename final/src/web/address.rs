//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::{error::AppError, state::AppState};

/// The address of whoever asks. `X-Forwarded-For` is believed only when a
/// trusted proxy has sent the request: everyone else can write into it whatever
/// they like.
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, AppError> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Always there when the server runs; without it all clients share one
        // limit, which is the safe side.
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| {
            peer.ip().to_canonical()
        });
        let trusted = &state.config.trusted_proxy;
        Ok(Self(behind_proxies(peer, trusted, &parts.headers)))
    }
}

/// Walks from the nearest hop outwards, and stops at the first that is not one
/// of our proxies: what stands further out is hearsay.
fn behind_proxies(peer: IpAddr, trusted: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    let mut hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("").split(','))
        .map(|hop| hop.trim().parse::<IpAddr>().ok())
        .collect::<Vec<_>>();
    let mut address = peer;
    while trusted.contains(&address) {
        match hops.pop() {
            Some(Some(hop)) => address = hop.to_canonical(),
            _ => break,
        }
    }
    address
}
