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
    storage::{Bus, Db, StorageError},
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
        // From here on, nothing that other processes do is missed.
        let bus = Bus::open(&db).await?;
        let services = assemble(&chat_id, &config, &db, &bus, &media, &io).await?;
        // The library panics when someone emits before there is a namespace.
        sockets::serve(&io, services.clone());
        tokio::spawn(services.accounts.clone().follow(bus.subscribe()));
        tokio::spawn(services.channels.clone().follow(bus.subscribe()));
        sockets::share(&db, &bus, io.clone(), services.clone());
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

async fn assemble(
    chat_id: &ChatId,
    config: &Arc<Config>,
    db: &Db,
    bus: &Bus,
    media: &Arc<Media>,
    io: &Sockets,
) -> Result<Services, StorageError> {
    let limits = Arc::new(Limits::new(config, bus));
    let counted = limits.clone();
    let notices = bus.subscribe();
    tokio::spawn(async move { counted.follow(notices).await });
    let accounts = Arc::new(Accounts::new(
        chat_id.clone(),
        config.clone(),
        db.clone(),
        bus.clone(),
        limits.clone(),
        media.clone(),
        io.clone(),
    ));
    let channels = Channels::new(
        accounts.clone(),
        db.clone(),
        bus.clone(),
        limits,
        io.clone(),
    );
    let channels = Arc::new(channels);
    let messages = Messages::start(
        channels.clone(),
        db.clone(),
        bus.clone(),
        media.clone(),
        io.clone(),
    );
    Ok(Services {
        accounts,
        channels,
        messages: Arc::new(messages.await?),
        presence: Arc::new(Presence::new(io.clone())),
    })
}
