//! Files, as they are stored and as browsers receive them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

use super::kinds::{FileType, Kind};
use crate::ids::{MessageId, UserId};

/// A file. Its bytes are in the object store.
#[derive(Debug, Clone, FromRow)]
pub struct File {
    /// 128 random bits: the name in the object store and in addresses.
    pub storage_name: String,
    pub owner_id: UserId,
    /// The message that it was sent with. None before that.
    pub message_id: Option<MessageId>,
    /// The name that its owner gave it, cleaned.
    pub name: String,
    pub kind: Kind,
    /// The media type that browsers receive.
    pub content_type: String,
    pub bytes: i64,
    /// The width of a picture, after rotation.
    pub width: Option<i64>,
    /// The height of a picture, after rotation.
    pub height: Option<i64>,
    /// The media type of the thumbnail. None if there is no thumbnail.
    pub thumbnail_type: Option<String>,
}

/// A new file.
#[derive(Debug)]
pub struct NewFile {
    /// See [`File::storage_name`].
    pub storage_name: String,
    pub owner_id: UserId,
    /// The name that its owner gave it, cleaned.
    pub name: String,
    pub kind: Kind,
    pub content_type: &'static str,
    pub bytes: i64,
    /// The width and height of a picture, after rotation.
    pub size: Option<(u32, u32)>,
    pub thumbnail_type: Option<&'static str>,
    pub created_at: DateTime<Utc>,
}

/// A file, as browsers receive it: in the response to an upload, and as a part of the message that
/// it was sent with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The id to send in a message.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// How to show the file.
    pub kind: Kind,
    /// The media type.
    pub content_type: String,
    /// The size in bytes.
    pub bytes: i64,
    /// The width of a picture in pixels. With it, a page can reserve space.
    pub width: Option<i64>,
    /// The height of a picture in pixels.
    pub height: Option<i64>,
    /// The address of the file.
    pub url: String,
    /// The address of the thumbnail.
    pub thumbnail_url: Option<String>,
}

/// An object in the object store: a file, or its thumbnail.
#[derive(Debug, PartialEq, Eq)]
pub struct StoredObject {
    pub name: String,
    /// Whether someone can see it. An upload that waits for its message may not be stored yet.
    pub is_shown: bool,
}

/// A row of the query for [`StoredObject`].
#[derive(Debug, FromRow)]
pub struct StoredFileRow {
    storage_name: String,
    has_thumbnail: bool,
    is_shown: bool,
}

impl StoredObject {
    /// A file, and its thumbnail if it has one.
    pub fn of(row: StoredFileRow) -> impl Iterator<Item = Self> {
        let is_shown = row.is_shown;
        let thumbnail = row.has_thumbnail.then(|| thumbnail_name(&row.storage_name));
        let names = std::iter::once(row.storage_name).chain(thumbnail);
        names.map(move |name| Self { name, is_shown })
    }
}

impl NewFile {
    /// A file that was uploaded just now.
    pub fn new(owner_id: UserId, name: String, file_type: FileType, bytes: u64) -> Self {
        Self {
            // Hexadecimal, because some file systems ignore case.
            storage_name: format!("{:032x}", rand::random::<u128>()),
            owner_id,
            name,
            kind: file_type.kind,
            content_type: file_type.content_type,
            bytes: bytes.cast_signed(),
            size: None,
            thumbnail_type: None,
            created_at: Utc::now(),
        }
    }
}

impl From<&File> for Attachment {
    fn from(file: &File) -> Self {
        let url = url(&file.storage_name);
        let thumbnail = file.thumbnail_type.as_ref();
        Self {
            id: file.storage_name.clone(),
            name: file.name.clone(),
            kind: file.kind,
            content_type: file.content_type.clone(),
            bytes: file.bytes,
            width: file.width,
            height: file.height,
            thumbnail_url: thumbnail.map(|_| format!("{url}/thumbnail")),
            url,
        }
    }
}

/// The address of the file with this storage name.
pub fn url(storage_name: &str) -> String {
    format!("/files/{storage_name}")
}

/// The name of a file's thumbnail in the object store.
pub fn thumbnail_name(storage_name: &str) -> String {
    format!("{storage_name}-thumbnail")
}
