//! The state that all handlers share.

use std::sync::Arc;

use socketioxide::layer::SocketIoLayer;
use tokio::sync::RwLock;

use crate::{
    accounts::passwords::Passwords,
    config::Config,
    limits::Limits,
    media::Media,
    messages::Writer,
    realtime::{self, SharedPresence, Sockets},
    serve_sockets,
    storage::{Db, StorageError},
};

/// The state that all handlers share. A clone points at the same data.
#[derive(Clone)]
pub struct AppState {
    /// Distinguishes this chat from others at the same address.
    pub chat_id: Arc<str>,
    /// Command-line flags and environment variables.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// All sockets of this process.
    pub io: Sockets,
    /// Rate limits.
    pub limits: Arc<Limits>,
    /// Stores and processes files.
    pub media: Media,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// The online users.
    pub presence: SharedPresence,
    /// Held while someone subscribes or unsubscribes: memberships in the database and rooms of
    /// sockets must not diverge.
    pub rooms: Arc<RwLock<()>>,
    /// The layer that serves the sockets.
    pub socket_layer: SocketIoLayer,
    /// Saves and broadcasts changes to messages.
    pub writer: Writer,
}

impl AppState {
    /// Opens the database and the object store, and migrates the schema.
    pub async fn open(config: Config) -> Result<Self, StorageError> {
        let db = Db::open(&config).await?;
        let (socket_layer, io) = realtime::open();
        let state = Self {
            writer: Writer::start(db.clone(), io.clone()),
            chat_id: db.chat_id().await?.into(),
            limits: Arc::new(Limits::new(&config)),
            media: Media::open(&config).await?,
            config: Arc::new(config),
            db,
            io,
            passwords: Passwords::default(),
            presence: SharedPresence::default(),
            rooms: Arc::default(),
            socket_layer,
        };
        // The library panics when someone emits before there is a namespace.
        serve_sockets(&state);
        Ok(state)
    }
}
