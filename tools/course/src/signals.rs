//! Signals that ask this program to end.

use std::io;

use anyhow::{Context, Result};
use tokio::runtime::Builder;

/// Calls `stop` on the first Ctrl+C, SIGTERM or end of the terminal.
pub fn on_stop(stop: impl FnOnce() + Send + 'static) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("Ctrl+C cannot be heard")?;
    let stopped = {
        let _inside = runtime.enter();
        stopped().context("Ctrl+C cannot be heard")?
    };
    std::thread::spawn(move || {
        runtime.block_on(stopped);
        stop();
    });
    Ok(())
}

/// Ends on Ctrl+C, on SIGTERM, and when the terminal is closed.
#[cfg(unix)]
pub fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// Ends on Ctrl+C.
#[cfg(not(unix))]
pub fn stopped() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
