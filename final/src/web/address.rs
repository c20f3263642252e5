//! The address of the client.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::{config::Config, error::AppError};

/// The client's IP address. `X-Forwarded-For` counts only if the request comes from a trusted
/// proxy: everyone else can write anything into it.
pub struct ClientAddress(pub IpAddr);

impl<S> FromRequestParts<S> for ClientAddress
where
    Arc<Config>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // The server always sets it. Without it, all clients share one limit, which is safe.
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| {
            peer.ip().to_canonical()
        });
        let trusted = &Arc::<Config>::from_ref(state).trusted_proxy;
        Ok(Self(behind_proxies(peer, trusted, &parts.headers)))
    }
}

/// Walks from the nearest hop outwards, and stops at the first that is not a trusted proxy: it
/// could have made up everything further out.
pub(crate) fn behind_proxies(peer: IpAddr, trusted: &[IpAddr], headers: &HeaderMap) -> IpAddr {
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
