//! Files and pictures: the rules. [`api`] takes files in, [`downloads`] gives
//! them out.
//!
//! A file belongs to nobody but its owner until a message is sent with it. It
//! is removed with its message, or after a day without one. What is removed is
//! marked first, in the transaction of whoever removes it; from then on nobody
//! can read it. The bytes follow with the next [`clean_up`], and the row goes
//! last, so that no crash leaves bytes that nothing knows of.

use std::{collections::HashMap, ops::Range, sync::Arc};

use chrono::{TimeDelta, Utc};
use object_store::GetResult;
use sqlx::SqliteConnection;

use crate::{
    accounts::{self, User},
    config::Config,
    error::AppError,
    state::AppState,
    storage::{Db, StorageError, Tx, make_private_folder},
};

pub mod api;
pub mod avatar;
pub mod downloads;
mod jpeg;
mod keep;
pub mod kinds;
mod limits;
pub mod model;
mod names;
mod objects;
mod pictures;
pub mod refusals;
mod store;
mod strip;
pub mod upload;

pub use avatar::Avatar;
use limits::UploadLimit;
use model::File;
pub use model::{Attachment, Kept};
use objects::Objects;
use pictures::Workshop;
use refusals::UploadRefusal;
use upload::{Incoming, UploadForm};

/// How long a file may wait for its message.
const UNCLAIMED_LIFE: TimeDelta = TimeDelta::hours(24);

/// Where files are kept and worked on. A clone shares all of it.
#[derive(Debug, Clone)]
pub struct Media {
    objects: Objects,
    workshop: Workshop,
    limit: Arc<UploadLimit>,
}

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner, and whoever may read its message.
    Few,
    /// Everyone who is logged in: it is somebody's picture.
    Everyone,
}

impl Media {
    /// Opens the store that the configuration names.
    pub async fn open(config: &Config) -> Result<Self, StorageError> {
        // Uploads come in here, wherever they are kept afterwards.
        make_private_folder(&config.data)?;
        Ok(Self {
            objects: Objects::open(config).await?,
            workshop: Workshop::default(),
            limit: Arc::default(),
        })
    }

    /// The bytes of this name, or a range of them.
    async fn open_bytes(
        &self,
        name: &str,
        range: Option<Range<u64>>,
    ) -> Result<GetResult, AppError> {
        self.objects.get(name, range).await.map_err(|error| {
            tracing::error!(%error, "a file cannot be read");
            match error {
                // Removed since the row was read, or lost.
                object_store::Error::NotFound { .. } => AppError::NotFound,
                error => error.into(),
            }
        })
    }
}

/// Takes in a file for a message that is not sent yet.
pub async fn upload(state: &AppState, user: &User, form: UploadForm) -> Result<File, AppError> {
    let incoming = receive(state, user, form).await?;
    keep::attachment(state, user, incoming).await
}

/// Takes in a picture of a person; the one of before is removed.
pub async fn change_picture(
    state: &AppState,
    user: &User,
    form: UploadForm,
) -> Result<(), AppError> {
    state.limits.profile_changes.check(user.id)?;
    let incoming = receive(state, user, form).await?;
    let file = keep::profile_picture(state, user, incoming).await?;
    store::set_picture(&state.db, user.id, Some(&file.storage_name)).await?;
    accounts::announce_change(state, user.id).await
}

/// Removes the picture of a person.
pub async fn remove_picture(state: &AppState, user: &User) -> Result<(), AppError> {
    state.limits.profile_changes.check(user.id)?;
    store::set_picture(&state.db, user.id, None).await?;
    accounts::announce_change(state, user.id).await
}

/// Whether a person can send all these files with a new message.
pub async fn may_claim(tx: &mut Tx, owner_id: i64, ids: &[String]) -> Result<bool, sqlx::Error> {
    for id in ids {
        if !store::may_claim(tx, owner_id, id).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives files to a new message of their owner, in the transaction that saves
/// it. An error when [`may_claim`] is not true: then it must not be committed.
pub async fn claim(
    tx: &mut Tx,
    owner_id: i64,
    message_id: i64,
    ids: &[String],
) -> Result<(), sqlx::Error> {
    for (position, id) in (0..).zip(ids) {
        if !store::claim(tx, owner_id, message_id, position, id).await? {
            return Err(sqlx::Error::RowNotFound);
        }
    }
    Ok(())
}

/// The files of these messages, each message's in their order.
pub async fn of_messages(
    tx: &mut Tx,
    message_ids: &[i64],
) -> Result<HashMap<i64, Vec<Attachment>>, sqlx::Error> {
    let mut by_message: HashMap<i64, Vec<Attachment>> = HashMap::new();
    for file in store::of_messages(tx, message_ids).await? {
        if let Some(message) = file.message_id {
            let attachments = by_message.entry(message).or_default();
            attachments.push(Attachment::from(&file));
        }
    }
    Ok(by_message)
}

/// Removes the files of a message, in the transaction that deletes it.
pub async fn remove_of_message(tx: &mut Tx, message_id: i64) -> Result<(), sqlx::Error> {
    store::remove_of_message(tx, message_id).await
}

/// Finds a file for someone who wants to read it. One that they may not read
/// looks as if it did not exist.
pub async fn find_readable(
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
        true => Ok((file, Readers::Few)),
        false => Err(AppError::NotFound),
    }
}

/// The names of all bytes that a database says are kept; none when it is older
/// than the first file.
pub async fn names_in(connection: &mut SqliteConnection) -> Result<Vec<Kept>, sqlx::Error> {
    let files = store::kept_in(connection).await?;
    Ok(files.into_iter().flat_map(Kept::of).collect())
}

/// Removes what has waited too long for a message, then deletes the bytes of
/// all that is removed.
pub async fn clean_up(state: &AppState) -> Result<(), sqlx::Error> {
    state.media.limit.forget_quiet();
    store::remove_unclaimed(&state.db, Utc::now() - UNCLAIMED_LIFE).await?;
    for file in store::removed(&state.db).await? {
        match delete_bytes(&state.media.objects, &file).await {
            Ok(()) => store::delete(&state.db, &file.storage_name).await?,
            // The row stays, and with it the next try.
            Err(error) => tracing::warn!(%error, "a removed file could not be deleted"),
        }
    }
    Ok(())
}

/// Lets a person upload, within the limits of how often and how much.
async fn receive(state: &AppState, user: &User, form: UploadForm) -> Result<Incoming, AppError> {
    state.media.limit.check(user.id)?;
    let used = store::bytes_of(&state.db, user.id).await?;
    // Checked again when the size is known; here it saves them the upload.
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
