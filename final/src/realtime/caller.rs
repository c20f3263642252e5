//! The person behind a socket.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::handshake::Authenticated;
use crate::{error::AppError, ids::UserId, state::AppState};

/// The person behind a socket, with everything that a handler needs.
#[derive(Clone)]
pub struct Caller {
    pub state: AppState,
    pub user: UserId,
    /// The session that the socket belongs to.
    pub session: Arc<str>,
    has_ended: Arc<AtomicBool>,
}

impl Caller {
    /// The person that the handshake has authenticated.
    pub fn new(state: AppState, authenticated: &Authenticated) -> Self {
        Self {
            state,
            user: authenticated.user,
            session: authenticated.session.clone(),
            has_ended: Arc::default(),
        }
    }

    /// Admits a request: refuses it if the session has ended, if this person sends too
    /// many, or if its payload could not be read.
    pub fn admit<T>(&self, payload: Result<T, AppError>) -> Result<T, AppError> {
        // Requests may still arrive on a socket that is being disconnected.
        if self.has_ended.load(Ordering::Acquire) {
            return Err(AppError::LogInFirst);
        }
        self.state.limits.requests.check(self.user)?;
        payload
    }

    /// From now on, every request is refused.
    pub fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
    }
}
