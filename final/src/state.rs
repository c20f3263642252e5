//! What all handlers share.

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

/// What all handlers share. A clone points at the same data.
#[derive(Clone)]
pub struct AppState {
    /// Tells this chat from others at the same address.
    pub chat_id: Arc<str>,
    /// Flags and environment.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// All sockets of this process.
    pub io: Sockets,
    /// How often people may do what costs others something.
    pub limits: Arc<Limits>,
    /// Where files are kept.
    pub media: Media,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Who is here.
    pub presence: SharedPresence,
    /// Held while someone enters or leaves a channel: the rows say who is
    /// subscribed and the rooms who is told, and the two must not come apart.
    pub rooms: Arc<RwLock<()>>,
    /// Serves the sockets.
    pub socket_layer: SocketIoLayer,
    /// Writes messages, one group after the other.
    pub writer: Writer,
}

impl AppState {
    /// Opens the database and the store of files that the configuration names,
    /// and brings the schema up to date.
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
        // Before anything is sent: even a room needs to know whose it is.
        serve_sockets(&state);
        Ok(state)
    }
}
