//! What all handlers share.

use std::sync::Arc;

use crate::{
    accounts::{limits::Limits, passwords::Passwords},
    config::Config,
    media::Media,
    storage::{Db, StorageError},
};

/// What all handlers share. A clone points at the same data.
#[derive(Debug, Clone)]
pub struct AppState {
    /// Flags and environment.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// How often people may try to log in and to sign up.
    pub limits: Arc<Limits>,
    /// Where files are kept.
    pub media: Media,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
}

impl AppState {
    /// Opens the database and the store of files that the configuration names,
    /// and brings the schema up to date.
    pub async fn open(config: Config) -> Result<Self, StorageError> {
        Ok(Self {
            db: Db::open(&config).await?,
            media: Media::open(&config).await?,
            config: Arc::new(config),
            limits: Arc::default(),
            passwords: Passwords::default(),
        })
    }
}
