//! Serves the app under test.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::process::{self, Process};

/// A server on this machine that stops when it is dropped.
pub(crate) enum Server {
    /// The test's own app.
    Task(JoinHandle<()>),
    /// Another program; dropping it stops it.
    Process(Process),
}

impl Server {
    /// Serves `app`, or starts the program that the environment names instead.
    pub async fn start(app: Router, deadline: Duration) -> (Server, SocketAddr) {
        match process::from_env() {
            Some(command) => {
                let (process, address) = Process::start(command, deadline).await;
                (Server::Process(process), address)
            }
            None => Server::serve(app).await,
        }
    }

    /// Serves `app` on a port that the system chooses, so that tests can run
    /// side by side.
    async fn serve(app: Router) -> (Server, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap_or_else(|error| panic!("no free port on 127.0.0.1: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("the listener has no address: {error}"));
        let task = tokio::spawn(serve(listener, app));
        (Server::Task(task), address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Server::Task(task) = self {
            task.abort();
        }
    }
}

async fn serve(listener: TcpListener, app: Router) {
    // Small packets leave at once instead of waiting to be sent together,
    // which would cost a test up to 40 ms a packet. A connection that is gone
    // already cannot be set, and needs no help.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    // Apps that limit requests by address need to know the address.
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    if let Err(error) = axum::serve(listener, app).await {
        panic!("the server stopped: {error}");
    }
}
