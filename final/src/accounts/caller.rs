//! The person behind a socket, and the end of their session.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::http::HeaderMap;
use socketioxide::extract::SocketRef;

use super::{Accounts, events::SessionEnded, store};
use crate::{
    error::AppError,
    ids::UserId,
    limits::OpenConnection,
    realtime::{Audience, disconnect, emit, in_rooms, session_room, user_room},
};

/// The person whom the handshake has authenticated.
#[derive(Debug, Clone)]
pub struct Authenticated {
    pub user: UserId,
    /// The key of the session.
    pub session: Arc<str>,
    /// The library holds the request, and so this, as long as the connection lives.
    _connection: Arc<OpenConnection>,
}

/// The person behind a socket.
#[derive(Clone)]
pub struct Caller {
    pub accounts: Arc<Accounts>,
    pub user: UserId,
    /// The session that the socket belongs to.
    pub session: Arc<str>,
    has_ended: Arc<AtomicBool>,
}

impl Caller {
    /// The person that the handshake has authenticated.
    pub fn new(accounts: Arc<Accounts>, authenticated: Authenticated) -> Self {
        Self {
            accounts,
            user: authenticated.user,
            session: authenticated.session,
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
        self.accounts.count_request(self.user)?;
        payload
    }

    /// From now on, every request is refused.
    fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
    }
}

impl Accounts {
    /// Finds the person who opens a connection, and counts it.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Authenticated, AppError> {
        let found = self.find_session(headers).await?;
        let (session, user) = found.ok_or(AppError::LogInFirst)?;
        self.count_request(user)?;
        Ok(Authenticated {
            user,
            session: session.into(),
            _connection: Arc::new(self.limits.connections.open(user)?),
        })
    }

    /// Disconnects the sockets of an audience whose sessions have ended. The database decides, because
    /// another process may have ended them.
    pub(super) async fn end_dead_sessions(
        &self,
        audience: Option<Audience>,
    ) -> Result<(), AppError> {
        let connections: Vec<(SocketRef, Caller)> = sockets_of(audience)
            .filter_map(|socket| {
                let caller = socket.extensions.get::<Caller>()?;
                Some((socket, caller))
            })
            .collect();
        if connections.is_empty() {
            return Ok(());
        }
        let keys = connections.iter().map(|(_, caller)| &*caller.session);
        let keys: BTreeSet<&str> = keys.collect();
        let alive = store::alive_sessions(&self.db, &Vec::from_iter(keys)).await?;
        let alive: HashSet<String> = alive.into_iter().collect();
        for (socket, caller) in connections {
            if !alive.contains(&*caller.session) {
                end(socket);
            }
        }
        Ok(())
    }

    /// Disconnects the sockets of one session.
    pub fn end_session(&self, session: &str) {
        sockets_of(in_rooms(&self.sockets, [session_room(session)])).for_each(end);
    }

    /// Disconnects all sockets of a person.
    pub(super) fn end_sessions_of(&self, user: UserId) {
        sockets_of(in_rooms(&self.sockets, [user_room(user)])).for_each(end);
    }
}

fn sockets_of(audience: Option<Audience>) -> impl Iterator<Item = SocketRef> {
    audience.into_iter().flat_map(|audience| audience.sockets())
}

fn end(socket: SocketRef) {
    if let Some(caller) = socket.extensions.get::<Caller>() {
        caller.end();
    }
    // First leave the rooms: `session:ended` must be the last event it receives.
    socket.leave_all();
    emit(&socket, &SessionEnded {});
    disconnect(socket);
}
