//! Requests to the public address, and a server that says in its response what has arrived of them.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::{io, net::TcpListener, task::JoinHandle};

use crate::web::tls;

/// The parts of a request that have arrived.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Arrived {
    /// Distinguishes this probe from all others.
    pub token: String,
    /// The address of the sender: the proxy, if there is one.
    pub peer: SocketAddr,
    /// The header `Host`.
    pub host: Option<String>,
    /// All headers `X-Forwarded-For`.
    pub forwarded_for: Vec<String>,
    /// The size of the body, in bytes.
    pub body_bytes: u64,
}

/// The server. It stops when this is dropped.
pub struct Probe {
    pub token: String,
    task: JoinHandle<()>,
}

impl Probe {
    /// Serves in the chat's place.
    pub fn start(listener: TcpListener) -> Self {
        let token = hex::encode(rand::random::<[u8; 16]>());
        let app = Router::new().fallback(respond).with_state(token.clone());
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the probe has stopped");
            }
        });
        Self { token, task }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A client that opens a connection for each request, and does not follow redirects.
pub fn client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    tls::choose_cryptography();
    reqwest::Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .no_proxy()
        .http1_only()
        .build()
}

async fn respond(
    State(token): State<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    if request.headers().contains_key(header::UPGRADE) {
        return echo(request);
    }
    let (parts, body) = request.into_parts();
    let Ok(body_bytes) = size(body).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let arrived = Arrived {
        token,
        peer,
        host: texts(&parts.headers, "host").into_iter().next(),
        forwarded_for: texts(&parts.headers, "x-forwarded-for"),
        body_bytes,
    };
    Json(arrived).into_response()
}

/// Takes over the connection like a WebSocket, and sends back whatever arrives.
fn echo(mut request: Request) -> Response {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let echoed = async {
            let connection = TokioIo::new(upgraded.await.map_err(io::Error::other)?);
            let (mut reader, mut writer) = io::split(connection);
            io::copy(&mut reader, &mut writer).await
        };
        if let Err(error) = echoed.await {
            tracing::debug!(%error, "the echo has ended");
        }
    });
    let headers = [
        (header::CONNECTION, "upgrade"),
        (header::UPGRADE, "websocket"),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

async fn size(body: Body) -> Result<u64, axum::Error> {
    let mut chunks = body.into_data_stream();
    let mut bytes = 0;
    while let Some(chunk) = chunks.next().await {
        bytes += chunk?.len() as u64;
    }
    Ok(bytes)
}

fn texts(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers.get_all(name).iter();
    values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}
