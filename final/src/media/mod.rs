//! Files and pictures: the rules. `store` has the SQL, `objects` the bytes, `upload` receives files,
//! `downloads` sends them. Their routes are in `messages`, which knows who may read a file.
//!
//! Only its owner can read a file until a message is sent with it. The file is removed with its
//! message, or after a day without one. Removing marks the row, in the transaction that deletes
//! the message; from then on nobody can read the file. The next [`Media::clean_up`] deletes the bytes,
//! and then the row. In this order, a crash never leaves bytes without a row.

use std::{collections::HashMap, ops::Range, sync::Arc};

use chrono::{TimeDelta, Utc};
use object_store::GetResult;
use sqlx::SqliteConnection;

use crate::{
    config::Config,
    error::{AppError, UploadRefusal},
    ids::{MessageId, UserId},
    storage::{Db, StorageError, Tx, make_private_folder},
};

mod avatar;
mod downloads;
mod jpeg;
mod kinds;
mod limits;
mod model;
mod names;
mod objects;
mod pictures;
mod save;
mod store;
mod strip;
mod upload;
mod videos;

pub use avatar::Avatar;
pub(crate) use downloads::Readers;
use limits::UploadLimit;
pub(crate) use model::{Attachment, File, FileId, StoredObject, is_file_id};
use objects::Objects;
use pictures::Workers;
use upload::Incoming;
pub(crate) use upload::UploadForm;

/// How long a file may wait for its message.
const UNCLAIMED_LIFE: TimeDelta = TimeDelta::hours(24);

/// Stores, processes and serves files.
#[derive(Debug)]
pub struct Media {
    config: Arc<Config>,
    db: Db,
    limit: UploadLimit,
    objects: Objects,
    workers: Workers,
}

impl Media {
    /// Opens the object store that the configuration names.
    pub async fn open(config: Arc<Config>, db: Db) -> Result<Self, StorageError> {
        // Uploads arrive in this folder, even if another store receives them afterwards.
        make_private_folder(&config.data)?;
        Ok(Self {
            objects: Objects::open(&config).await?,
            workers: Workers::default(),
            limit: UploadLimit::default(),
            config,
            db,
        })
    }

    /// Receives and saves a file for a message that is not sent yet.
    pub(crate) async fn upload(&self, user: UserId, form: UploadForm) -> Result<File, AppError> {
        let incoming = self.receive(user, form).await?;
        save::attachment(self, user, incoming).await
    }

    /// Receives and saves a profile picture. The previous one is removed.
    pub(crate) async fn change_picture(
        &self,
        user: UserId,
        form: UploadForm,
    ) -> Result<(), AppError> {
        let incoming = self.receive(user, form).await?;
        let file = save::profile_picture(self, user, incoming).await?;
        Ok(store::set_picture(&self.db, user, Some(&file.storage_name)).await?)
    }

    /// Removes a profile picture.
    pub(crate) async fn remove_picture(&self, user: UserId) -> Result<(), AppError> {
        Ok(store::set_picture(&self.db, user, None).await?)
    }

    /// Finds a file that is not removed. The caller decides who may read it.
    pub(crate) async fn find(&self, storage_name: &str) -> Result<File, AppError> {
        let found = store::find(&self.db, storage_name).await?;
        found.ok_or(AppError::NotFound)
    }

    /// Whether a file is somebody's profile picture.
    pub(crate) async fn is_picture(&self, storage_name: &str) -> Result<bool, AppError> {
        Ok(store::is_picture(&self.db, storage_name).await?)
    }

    /// Removes files that have waited too long for a message, then deletes the bytes of all removed
    /// files.
    pub async fn clean_up(&self) -> Result<(), sqlx::Error> {
        self.limit.remove_idle();
        store::remove_unclaimed(&self.db, Utc::now() - UNCLAIMED_LIFE).await?;
        for file in store::removed(&self.db).await? {
            match self.delete_bytes(&file).await {
                Ok(()) => store::delete(&self.db, &file.storage_name).await?,
                // The row stays, so the next clean-up tries again.
                Err(error) => tracing::warn!(%error, "a removed file could not be deleted"),
            }
        }
        Ok(())
    }

    /// Receives an upload, within the rate limit and the quota.
    async fn receive(&self, user: UserId, form: UploadForm) -> Result<Incoming, AppError> {
        self.limit.check(user)?;
        let used = store::bytes_of(&self.db, user).await?;
        // This is checked again when the size is known. Here it saves the person the upload.
        if used >= self.config.quota_bytes().cast_signed() {
            return Err(UploadRefusal::QuotaFull(self.config.quota_mb).into());
        }
        form.receive(&self.config.data, self.config.max_upload_mb)
            .await
    }

    /// The bytes of an object, or a range of them.
    async fn open_bytes(
        &self,
        name: &str,
        range: Option<Range<u64>>,
    ) -> Result<GetResult, AppError> {
        self.objects.get(name, range).await.map_err(|error| {
            tracing::error!(%error, "a file cannot be read");
            match error {
                // The file was removed after the row was read, or the bytes are lost.
                object_store::Error::NotFound { .. } => AppError::NotFound,
                error => error.into(),
            }
        })
    }

    async fn delete_bytes(&self, file: &File) -> Result<(), object_store::Error> {
        let thumbnail = model::thumbnail_name(&file.storage_name);
        self.objects.delete(&thumbnail).await?;
        self.objects.delete(&file.storage_name).await
    }
}

/// Whether a person may send all these files with a new message.
pub(crate) async fn may_claim(
    tx: &mut Tx,
    owner_id: UserId,
    ids: &[String],
) -> Result<bool, sqlx::Error> {
    for id in ids {
        if !store::may_claim(tx, owner_id, id).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Attaches files to a new message of their owner, in the transaction that saves it. Fails if
/// [`may_claim`] is false; then the transaction must not be committed.
pub(crate) async fn claim(
    tx: &mut Tx,
    owner_id: UserId,
    message_id: MessageId,
    ids: &[String],
) -> Result<(), sqlx::Error> {
    for (position, id) in (0..).zip(ids) {
        if !store::claim(tx, owner_id, message_id, position, id).await? {
            return Err(sqlx::Error::RowNotFound);
        }
    }
    Ok(())
}

/// The files of these messages. The files of each message are in order.
pub(crate) async fn of_messages(
    tx: &mut Tx,
    message_ids: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Attachment>>, sqlx::Error> {
    let mut by_message: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for file in store::of_messages(tx, message_ids).await? {
        if let Some(message) = file.message_id {
            let attachments = by_message.entry(message).or_default();
            attachments.push(Attachment::from(&file));
        }
    }
    Ok(by_message)
}

/// Removes the files of a message, in the transaction that deletes it.
pub(crate) async fn remove_of_message(
    tx: &mut Tx,
    message_id: MessageId,
) -> Result<(), sqlx::Error> {
    store::remove_of_message(tx, message_id).await
}

/// All objects that a database refers to. None if the database is so old that it has no files yet.
pub(crate) async fn stored_objects(
    connection: &mut SqliteConnection,
) -> Result<Vec<StoredObject>, sqlx::Error> {
    let files = store::stored_files(connection).await?;
    Ok(files.into_iter().flat_map(StoredObject::of).collect())
}

/// Stores an object where the configuration says, and deletes it.
pub(crate) async fn try_store(config: &Config) -> Result<(), StorageError> {
    objects::Objects::open(config).await.map(|_| ())
}
