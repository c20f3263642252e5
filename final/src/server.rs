//! Listens on an address, serves the app, stops in order.

use std::{io, net::SocketAddr, path::Path, process::ExitCode, time::Duration};

use axum::{Router, serve::ListenerExt};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::{
    join,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{interval, sleep, timeout},
};
use tracing_subscriber::EnvFilter;

use crate::{
    accounts, app,
    backup::{self, BackupError, Contents},
    config::{Command, Config},
    demo::{self, DemoError},
    media,
    realtime::{self, Sockets},
    state::AppState,
    storage::{Db, StorageError},
    web::metrics,
};

/// How long a browser may leave what was sent to it unconfirmed. Without this
/// a connection whose browser has stopped reading stays for many minutes: the
/// ping that would find it out waits behind what is not read.
#[cfg(target_os = "linux")]
const UNREAD_TIMEOUT: Duration = Duration::from_secs(8);

/// How long running requests may take once the server is told to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the database may take to close after that.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How often expired sessions are deleted, and their sockets cut.
const CLEAN_UP_PERIOD: Duration = Duration::from_secs(10);
/// A session's cookie often outlives its row; that is no reason to warn.
const DEFAULT_LOG: &str = "info,tower_sessions_core=error";

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Another program listens there.
    #[error("{address} is taken: stop the other program, or choose another address with {flag}")]
    AddressTaken {
        /// Where it listens.
        address: SocketAddr,
        /// What names another address.
        flag: &'static str,
    },
    /// The chat could not be saved or brought back.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Everything else that the operating system refused.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
    /// The demo could not be made.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The database could not be opened.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Does what the command line asks for: without a command, serves the chat until
/// Ctrl+C or SIGTERM. A failure is told in words and by the exit code.
pub async fn run(config: Config) -> ExitCode {
    // `RUST_LOG=debug` shows more, `RUST_LOG=off` nothing.
    let by_default = match config.command {
        None => DEFAULT_LOG,
        Some(_) => "warn",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| by_default.into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let done = match config.command.clone() {
        None => serve(config).await,
        Some(Command::Backup { folder }) => back_up(&config, &folder).await,
        Some(Command::Demo) => fill_demo(config).await,
        Some(Command::Restore { folder }) => restore(&config, &folder).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> Result<(), ServerError> {
    // Before the address is printed: whoever reads it may stop the program.
    let stop_signal = stop_signal()?;
    let listener = bind(config.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let metrics_listener = match config.metrics_listen {
        Some(address) => Some(bind(address, "--metrics-listen").await?),
        None => None,
    };
    let state = AppState::open(config).await?;
    let mut app = app(state.clone());
    println!("Make Chat is at http://{address}");
    if let Some(listener) = metrics_listener {
        println!("Metrics are at http://{}/metrics", listener.local_addr()?);
        let (observed, told) = metrics::observe(app, state.clone());
        app = observed;
        tokio::spawn(axum::serve(listener, told).into_future());
    }
    tokio::spawn(keep_clean(state.clone()));
    serve_until(stop_signal, listener, app, &state.io).await?;
    close(&state.db).await;
    Ok(())
}

async fn fill_demo(config: Config) -> Result<(), ServerError> {
    let state = AppState::open(config).await?;
    let names = demo::fill(&state).await?;
    println!(
        "Log in as {} with the password: {}",
        names.join(", "),
        demo::PASSWORD
    );
    close(&state.db).await;
    Ok(())
}

async fn back_up(config: &Config, folder: &Path) -> Result<(), ServerError> {
    let contents = backup::back_up(config, folder).await?;
    report("The chat is saved in", folder, &contents);
    Ok(())
}

async fn restore(config: &Config, folder: &Path) -> Result<(), ServerError> {
    let contents = backup::restore(config, folder).await?;
    report("The chat is back, from", folder, &contents);
    Ok(())
}

fn report(done: &str, folder: &Path, contents: &Contents) {
    let files = contents.files;
    println!(
        "{done} {}: the database and {files} files",
        folder.display()
    );
    for name in &contents.lost {
        eprintln!("warning: the file {name} was not there");
    }
}

async fn serve_until(
    stop_signal: impl Future<Output = ()> + Send + 'static,
    listener: TcpListener,
    app: Router,
    sockets: &Sockets,
) -> io::Result<()> {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = tune(stream) {
            tracing::warn!(%error, "a connection could not be tuned");
        }
    });
    let (stop, stopping) = watch::channel(false);
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let told = sockets.clone();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop_signal.await;
        tracing::info!("stopping");
        realtime::announce_stop(&told).await;
        stop.send_replace(true);
    });
    let closing = close_sockets(sockets, stopping.clone());
    tokio::select! {
        (served, ()) = async { join!(server, closing) } => served,
        () = too_long(stopping) => {
            tracing::warn!("requests that did not end were cut");
            Ok(())
        }
    }
}

/// Small packets leave at once; a browser that does not read is found out.
fn tune(stream: &TcpStream) -> io::Result<()> {
    // A chat sends small packets: without this, TCP holds one back until the
    // one before it is confirmed.
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT))?;
    Ok(())
}

/// Closes the sockets once the server was told to stop: a page that polls
/// would keep its request open, and the server with it.
async fn close_sockets(sockets: &Sockets, stopping: watch::Receiver<bool>) {
    told_to_stop(stopping).await;
    realtime::close_all(sockets).await;
}

/// Ends some time after the server was told to stop.
async fn too_long(stopping: watch::Receiver<bool>) {
    told_to_stop(stopping).await;
    sleep(STOP_TIMEOUT).await;
}

async fn told_to_stop(mut stopping: watch::Receiver<bool>) {
    if stopping.wait_for(|stopping| *stopping).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Ends on Ctrl+C, and on SIGTERM, which service managers send.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl+C cannot be heard");
            std::future::pending::<()>().await;
        }
    })
}

async fn keep_clean(state: AppState) {
    let mut ticks = interval(CLEAN_UP_PERIOD);
    loop {
        ticks.tick().await;
        if let Err(error) = accounts::clean_up(&state).await {
            tracing::warn!(%error, "expired sessions could not be deleted");
        }
        if let Err(error) = media::clean_up(&state).await {
            tracing::warn!(%error, "removed files could not be deleted");
        }
    }
}

async fn close(db: &Db) {
    if timeout(CLOSE_TIMEOUT, db.close()).await.is_err() {
        tracing::warn!("the database was left open");
    }
}

async fn bind(address: SocketAddr, flag: &'static str) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServerError::AddressTaken { address, flag },
            _ => ServerError::Io(error),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_packets_leave_at_once_and_who_does_not_read_is_found_out() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let _client = TcpStream::connect(address).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        tune(&stream).unwrap();
        assert!(stream.nodelay().unwrap());
        #[cfg(target_os = "linux")]
        assert_eq!(
            SockRef::from(&stream).tcp_user_timeout().unwrap(),
            Some(UNREAD_TIMEOUT)
        );
    }
}
