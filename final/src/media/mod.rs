//! Files and pictures: the rules. `store` has the SQL, `objects` the bytes, `api` the upload,
//! `downloads` the downloads.
//!
//! Only its owner can read a file until a message is sent with it. The file is removed with its
//! message, or after a day without one. Removing marks the row, in the transaction that deletes
//! the message; from then on nobody can read the file. The next [`clean_up`] deletes the bytes,
//! and then the row. In this order, a crash never leaves bytes without a row.

use std::{collections::HashMap, ops::Range, sync::Arc};

use chrono::{TimeDelta, Utc};
use object_store::GetResult;
use sqlx::SqliteConnection;

use crate::{
    accounts::{self, User},
    config::Config,
    error::AppError,
    ids::{MessageId, UserId},
    state::AppState,
    storage::{Db, StorageError, Tx, make_private_folder},
};

pub(crate) mod api;
mod avatar;
mod downloads;
mod jpeg;
mod kinds;
mod limits;
mod model;
mod names;
mod objects;
mod pictures;
pub(crate) mod refusals;
mod save;
mod store;
mod strip;
pub(crate) mod upload;

pub use avatar::Avatar;
use limits::UploadLimit;
use model::File;
pub(crate) use model::{Attachment, StoredObject};
use objects::Objects;
use pictures::Workers;
use refusals::UploadRefusal;
use upload::{Incoming, UploadForm};

/// How long a file may wait for its message.
const UNCLAIMED_LIFE: TimeDelta = TimeDelta::hours(24);

/// The object store, and what processes uploads. A clone shares all of it.
#[derive(Debug, Clone)]
pub struct Media {
    objects: Objects,
    workers: Workers,
    limit: Arc<UploadLimit>,
}

/// The people who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner, and the people who may read its message.
    Restricted,
    /// Everyone who is logged in, because it is a profile picture.
    Everyone,
}

impl Media {
    /// Opens the object store that the configuration names.
    pub async fn open(config: &Config) -> Result<Self, StorageError> {
        // Uploads arrive in this folder, even if another store receives them afterwards.
        make_private_folder(&config.data)?;
        Ok(Self {
            objects: Objects::open(config).await?,
            workers: Workers::default(),
            limit: Arc::default(),
        })
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
}

/// Receives and saves a file for a message that is not sent yet.
pub(crate) async fn upload(
    state: &AppState,
    user: &User,
    form: UploadForm,
) -> Result<File, AppError> {
    let incoming = receive(state, user, form).await?;
    save::attachment(state, user, incoming).await
}

/// Receives and saves a profile picture. The previous one is removed.
pub(crate) async fn change_picture(
    state: &AppState,
    user: &User,
    form: UploadForm,
) -> Result<(), AppError> {
    state.limits.profile_changes.check(user.id)?;
    let incoming = receive(state, user, form).await?;
    let file = save::profile_picture(state, user, incoming).await?;
    store::set_picture(&state.db, user.id, Some(&file.storage_name)).await?;
    accounts::announce_change(state, user.id).await
}

/// Removes a profile picture.
pub(crate) async fn remove_picture(state: &AppState, user: &User) -> Result<(), AppError> {
    state.limits.profile_changes.check(user.id)?;
    store::set_picture(&state.db, user.id, None).await?;
    accounts::announce_change(state, user.id).await
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

/// Finds a file for someone who wants to read it. The error is the same for a file that they may
/// not read and for one that does not exist.
pub(crate) async fn find_readable(
    db: &Db,
    user: &User,
    storage_name: &str,
) -> Result<(File, Readers), AppError> {
    let file = store::find(db, storage_name).await?;
    let file = file.ok_or(AppError::NotFound)?;
    if store::is_picture(db, storage_name).await? {
        return Ok((file, Readers::Everyone));
    }
    let may_read = match file.message_id {
        _ if file.owner_id == user.id => true,
        Some(message) => store::may_read_message(db, user.id, message).await?,
        None => false,
    };
    match may_read {
        true => Ok((file, Readers::Restricted)),
        false => Err(AppError::NotFound),
    }
}

/// All objects that a database refers to. None if the database is so old that it has no files yet.
pub(crate) async fn stored_objects(
    connection: &mut SqliteConnection,
) -> Result<Vec<StoredObject>, sqlx::Error> {
    let files = store::stored_files(connection).await?;
    Ok(files.into_iter().flat_map(StoredObject::of).collect())
}

/// Removes files that have waited too long for a message, then deletes the bytes of all removed
/// files.
pub async fn clean_up(state: &AppState) -> Result<(), sqlx::Error> {
    state.media.limit.remove_idle();
    store::remove_unclaimed(&state.db, Utc::now() - UNCLAIMED_LIFE).await?;
    for file in store::removed(&state.db).await? {
        match delete_bytes(&state.media.objects, &file).await {
            Ok(()) => store::delete(&state.db, &file.storage_name).await?,
            // The row stays, so the next clean-up tries again.
            Err(error) => tracing::warn!(%error, "a removed file could not be deleted"),
        }
    }
    Ok(())
}

/// Receives an upload, within the rate limit and the quota.
async fn receive(state: &AppState, user: &User, form: UploadForm) -> Result<Incoming, AppError> {
    state.media.limit.check(user.id)?;
    let used = store::bytes_of(&state.db, user.id).await?;
    // This is checked again when the size is known. Here it saves the person the upload.
    if used >= state.config.quota_bytes().cast_signed() {
        return Err(UploadRefusal::QuotaFull(state.config.quota_mb).into());
    }
    form.receive(&state.config.data, state.config.max_upload_mb)
        .await
}

async fn delete_bytes(objects: &Objects, file: &File) -> Result<(), object_store::Error> {
    objects
        .delete(&model::thumbnail_name(&file.storage_name))
        .await?;
    objects.delete(&file.storage_name).await
}
