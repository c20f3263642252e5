//! What was uploaded.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

use super::kinds::{Found, Kind};

/// A stored file. Its bytes are in the object store.
#[derive(Debug, Clone, FromRow)]
pub struct File {
    /// 128 random bits: its name in the object store and in addresses.
    pub storage_name: String,
    /// Who uploaded it.
    pub owner_id: i64,
    /// The message that it was sent with; none before that.
    pub message_id: Option<i64>,
    /// The name that its owner gave it, cleaned.
    pub name: String,
    /// How it is shown.
    #[sqlx(try_from = "String")]
    pub kind: Kind,
    /// What browsers are told it is.
    pub content_type: String,
    /// Its size.
    pub bytes: i64,
    /// Of a picture, as people see it.
    pub width: Option<i64>,
    /// Of a picture, as people see it.
    pub height: Option<i64>,
    /// What browsers are told its thumbnail is; none without a thumbnail.
    pub thumbnail_type: Option<String>,
}

/// What is stored of a new file.
#[derive(Debug)]
pub struct NewFile {
    /// See [`File::storage_name`].
    pub storage_name: String,
    /// Who uploaded it.
    pub owner_id: i64,
    /// The name that its owner gave it, cleaned.
    pub name: String,
    /// How it is shown.
    pub kind: Kind,
    /// What browsers are told it is.
    pub content_type: &'static str,
    /// Its size.
    pub bytes: i64,
    /// Width and height of a picture.
    pub size: Option<(u32, u32)>,
    /// What browsers are told its thumbnail is.
    pub thumbnail_type: Option<&'static str>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// What browsers learn of a file: the answer to an upload, and a part of the
/// message that it was sent with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Names it when a message is sent with it.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// How to show it.
    pub kind: Kind,
    /// Its media type.
    pub content_type: String,
    /// Its size.
    pub bytes: i64,
    /// Of a picture: the page can leave room for it.
    pub width: Option<i64>,
    /// Of a picture.
    pub height: Option<i64>,
    /// Where it is.
    pub url: String,
    /// Where its thumbnail is.
    pub thumbnail_url: Option<String>,
}

/// Bytes that are kept: a file, or its thumbnail.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// Their name in the object store.
    pub name: String,
    /// Whether somebody can see them: an upload that waits for its message may
    /// still be on its way.
    pub is_shown: bool,
}

/// What is stored of a file that is kept.
#[derive(Debug, FromRow)]
pub struct KeptRow {
    storage_name: String,
    has_thumbnail: bool,
    is_shown: bool,
}

impl Kept {
    /// A file, and its thumbnail if it has one.
    pub fn of(row: KeptRow) -> impl Iterator<Item = Self> {
        let is_shown = row.is_shown;
        let thumbnail = row.has_thumbnail.then(|| thumbnail_name(&row.storage_name));
        let names = std::iter::once(row.storage_name).chain(thumbnail);
        names.map(move |name| Self { name, is_shown })
    }
}

impl NewFile {
    /// A file that has come in now.
    pub fn new(owner_id: i64, name: String, found: Found, bytes: u64) -> Self {
        Self {
            // Hexadecimal: some file systems take upper and lower case for the same.
            storage_name: format!("{:032x}", rand::random::<u128>()),
            owner_id,
            name,
            kind: found.kind,
            content_type: found.content_type,
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

/// Where the file of this storage name is.
pub fn url(storage_name: &str) -> String {
    format!("/files/{storage_name}")
}

/// Where the thumbnail of this file is in the object store.
pub fn thumbnail_name(storage_name: &str) -> String {
    format!("{storage_name}-thumbnail")
}
