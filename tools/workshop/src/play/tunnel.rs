//! Passes on the bytes of a WebSocket in both directions.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{frame::Direction, packet_recorder::PacketRecorder, websocket::Reader};

const BUFFER_BYTES: usize = 8 * 1024;

/// Joins both ends until one of them closes. The recorder, if there is one, gets everything
/// before it is passed on.
pub async fn join(browser: OnUpgrade, server: OnUpgrade, recorder: Option<&PacketRecorder>) {
    // If one end closed before the upgrade, no tunnel is needed.
    let (Ok(browser), Ok(server)) = tokio::join!(browser, server) else {
        return;
    };
    let (from_browser, to_browser) = io::split(TokioIo::new(browser));
    let (from_server, to_server) = io::split(TokioIo::new(server));
    let reader = |direction| recorder.map(|recorder| Reader::new(direction, recorder));
    // An error means that one end has closed. Dropping both ends closes the other
    // one too.
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
