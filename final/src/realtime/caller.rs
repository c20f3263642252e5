//! Who asks.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use socketioxide::extract::TryData;

use super::door::Visitor;
use crate::{error::AppError, object::Object, state::AppState};

/// What a browser asks: a JSON object, or why it is none.
pub type Ask<T> = TryData<Object<T>>;

/// Who is behind a socket, with everything that a handler needs.
#[derive(Clone)]
pub struct Caller {
    /// What all handlers share.
    pub state: AppState,
    /// The person's number.
    pub user: i64,
    /// The log-in that opened the socket.
    pub session: Arc<str>,
    has_ended: Arc<AtomicBool>,
}

impl Caller {
    /// The caller that the door has let in.
    pub fn new(state: AppState, visitor: &Visitor) -> Self {
        Self {
            state,
            user: visitor.user,
            session: visitor.session.clone(),
            has_ended: Arc::default(),
        }
    }

    /// Reads an ask, if this socket may still ask, and not too often.
    pub fn admit<T>(&self, TryData(ask): Ask<T>) -> Result<T, AppError> {
        // A socket that is being cut may have asks on their way.
        if self.has_ended.load(Ordering::Acquire) {
            return Err(AppError::LogInFirst);
        }
        self.state.limits.asks.check(self.user)?;
        let Object(ask) = ask.map_err(|_| AppError::BadPayload)?;
        Ok(ask)
    }

    /// From now on nothing is admitted.
    pub fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
    }
}
