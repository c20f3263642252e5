//! Carries the bytes of a websocket in both directions.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{frame::Direction, packet_recorder::PacketRecorder, websocket::Reader};

const BUFFER_BYTES: usize = 8 * 1024;

/// Joins both ends until one of them has gone. The recorder, if there is one, sees
/// everything before it is passed on.
pub async fn join(browser: OnUpgrade, server: OnUpgrade, recorder: Option<&PacketRecorder>) {
    // An end that was gone before it was upgraded needs no tunnel.
    let (Ok(browser), Ok(server)) = tokio::join!(browser, server) else {
        return;
    };
    let (from_browser, to_browser) = io::split(TokioIo::new(browser));
    let (from_server, to_server) = io::split(TokioIo::new(server));
    let reader = |direction| recorder.map(|recorder| Reader::new(direction, recorder));
    // An error means that an end is gone: the other one learns it, because both
    // are dropped.
    let _ = tokio::try_join!(
        carry(from_browser, to_server, reader(Direction::Out)),
        carry(from_server, to_browser, reader(Direction::In)),
    );
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut reader: Option<Reader<'_>>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        if let Some(reader) = &mut reader {
            reader.read(&buffer[..count]);
        }
        to.write_all(&buffer[..count]).await?;
        to.flush().await?;
    }
}
