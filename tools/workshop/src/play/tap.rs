//! Copies a body while it passes through the proxy.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
};
use hyper::body::{Frame, SizeHint};

/// More than a Socket.IO server sends or accepts at once by default.
const KEPT_BYTES: usize = 1024 * 1024;

/// Passes a body on piece by piece. `show` gets the whole before the last piece is passed
/// on, so that the receiver has not acted on it yet.
struct Tap<F> {
    body: Body,
    copy: Vec<u8>,
    show: Option<F>,
}

/// Returns the same body, and calls `show` with a copy once it is complete.
pub fn tap(body: Body, show: impl FnOnce(&[u8]) + Send + Unpin + 'static) -> Body {
    let mut tap = Tap {
        body,
        copy: Vec::new(),
        show: Some(show),
    };
    if tap.body.is_end_stream() {
        tap.finish();
    }
    Body::new(tap)
}

impl<F: FnOnce(&[u8])> Tap<F> {
    fn keep(&mut self, bytes: &[u8]) {
        let room = KEPT_BYTES - self.copy.len();
        self.copy.extend(&bytes[..bytes.len().min(room)]);
    }

    fn finish(&mut self) {
        if let Some(show) = self.show.take() {
            show(&self.copy);
        }
    }
}

impl<F: FnOnce(&[u8]) + Unpin> HttpBody for Tap<F> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(bytes) = frame.data_ref() {
                    self.keep(bytes);
                }
                // If the length is known, this is not polled again after the last piece.
                if self.body.is_end_stream() {
                    self.finish();
                }
            }
            Some(Err(_)) => {}
            None => self.finish(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
