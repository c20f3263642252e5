//! Files, as they are stored and as browsers receive them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

use super::{
    kinds::{FileType, Kind},
    names::FileName,
};
use crate::{
    ids::{MessageId, UserId},
    schema::{schema, text},
};

/// How many hexadecimal digits a storage name has: 128 bits.
const STORAGE_NAME_DIGITS: usize = 32;

/// Whether this text can be the id of a file: it is hexadecimal, in lower case.
pub fn is_file_id(id: &str) -> bool {
    id.len() == STORAGE_NAME_DIGITS
        && id
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

schema! {
    /// The id of a file.
    FileId = text(STORAGE_NAME_DIGITS..=STORAGE_NAME_DIGITS)
        .pattern(Some("^[0-9a-f]*$"))
        .examples(["00112233445566778899aabbccddeeff"])
}

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
    /// The width of a picture or a video, after rotation.
    pub width: Option<i64>,
    /// The height of a picture or a video, after rotation.
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
    /// The width and height of a picture or a video, after rotation.
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
    #[schema(value_type = FileId)]
    pub id: String,
    /// The file's name.
    #[schema(value_type = FileName)]
    pub name: String,
    /// How to show the file.
    pub kind: Kind,
    /// The media type.
    #[schema(example = "image/png")]
    pub content_type: String,
    /// The size in bytes.
    #[schema(minimum = 0)]
    pub bytes: i64,
    /// The width of a picture or a video in pixels. With it, a page can reserve space.
    #[schema(minimum = 1)]
    pub width: Option<i64>,
    /// The height of a picture or a video in pixels.
    #[schema(minimum = 1)]
    pub height: Option<i64>,
    /// The address of the file.
    #[schema(
        format = "uri-reference",
        example = "/files/00112233445566778899aabbccddeeff"
    )]
    pub url: String,
    /// The address of the thumbnail.
    #[schema(format = "uri-reference")]
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
            storage_name: format!("{:0STORAGE_NAME_DIGITS$x}", rand::random::<u128>()),
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
