//! Serves the app under test.

use std::net::SocketAddr;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server on this machine that stops when it is dropped.
pub(crate) struct Server {
    task: JoinHandle<()>,
}

impl Server {
    /// Serves `app` on a port that the system chooses, so that tests can run
    /// side by side.
    pub async fn start(app: Router) -> (Server, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap_or_else(|error| panic!("no free port on 127.0.0.1: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("the listener has no address: {error}"));
        let task = tokio::spawn(serve(listener, app));
        (Server { task }, address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
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
