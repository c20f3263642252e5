//! The services of the features, assembled. Each handler takes the one that it uses.

use std::sync::Arc;

use axum::extract::FromRef;
use socketioxide::layer::SocketIoLayer;

use crate::{
    accounts::Accounts,
    channels::Channels,
    config::Config,
    ids::ChatId,
    limits::Limits,
    media::Media,
    messages::Messages,
    realtime::{self, Sockets},
    sockets::{self, Presence, Services},
    storage::{Db, StorageError},
};

/// The state of all handlers. A clone points at the same data.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// Accounts and their sessions.
    pub accounts: Arc<Accounts>,
    /// Channels and subscriptions.
    pub channels: Arc<Channels>,
    /// Distinguishes this chat from others at the same address.
    pub chat_id: ChatId,
    /// Command-line flags and environment variables.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// All sockets of this process.
    pub io: Sockets,
    /// Stores and processes files.
    pub media: Arc<Media>,
    /// Messages.
    pub messages: Arc<Messages>,
    /// The online users.
    pub presence: Arc<Presence>,
    /// The layer that serves the sockets.
    #[from_ref(skip)]
    pub socket_layer: SocketIoLayer,
}

impl AppState {
    /// Opens the database and the object store, and migrates the schema.
    pub async fn open(config: Config) -> Result<Self, StorageError> {
        let config = Arc::new(config);
        let db = Db::open(&config).await?;
        let chat_id = ChatId(db.chat_id().await?.into());
        let media = Arc::new(Media::open(config.clone(), db.clone()).await?);
        let (socket_layer, io) = realtime::open();
        let services = assemble(&chat_id, &config, &db, &media, &io);
        // The library panics when someone emits before there is a namespace.
        sockets::serve(&io, services.clone());
        Ok(Self {
            accounts: services.accounts,
            channels: services.channels,
            chat_id,
            config,
            db,
            io,
            media,
            messages: services.messages,
            presence: services.presence,
            socket_layer,
        })
    }
}

fn assemble(
    chat_id: &ChatId,
    config: &Arc<Config>,
    db: &Db,
    media: &Arc<Media>,
    io: &Sockets,
) -> Services {
    let limits = Arc::new(Limits::new(config));
    let accounts = Arc::new(Accounts::new(
        chat_id.clone(),
        config.clone(),
        db.clone(),
        limits.clone(),
        media.clone(),
        io.clone(),
    ));
    let channels = Channels::new(accounts.clone(), db.clone(), limits, io.clone());
    let channels = Arc::new(channels);
    let messages = Messages::start(channels.clone(), db.clone(), media.clone(), io.clone());
    Services {
        accounts,
        channels,
        messages: Arc::new(messages),
        presence: Arc::new(Presence::new(io.clone())),
    }
}
