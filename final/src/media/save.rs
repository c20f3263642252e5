//! Saves an upload: first pictures are processed, then the row is inserted, then the bytes are
//! stored. If the bytes cannot be stored, the row is marked as removed.

use std::io::Read;

use tokio::fs::File as DiskFile;

use super::{
    Media,
    kinds::{FileType, Kind},
    model::{File, NewFile, thumbnail_name},
    pictures::{self, MAX_PICTURE_BYTES, PROFILE_SIDE, Small},
    store,
    upload::Incoming,
};
use crate::{
    error::{AppError, UploadRefusal},
    ids::UserId,
};

/// The bytes to store.
enum Content {
    Disk(DiskFile),
    Memory(Vec<u8>),
}

/// Saves a file for a message. A picture loses its metadata and gets a thumbnail.
pub async fn attachment(media: &Media, user: UserId, incoming: Incoming) -> Result<File, AppError> {
    let Incoming {
        name,
        file,
        bytes,
        file_type,
    } = incoming;
    let Some(format) = file_type.format else {
        let new = NewFile::new(user, name, file_type, bytes);
        return save(media, new, Content::Disk(file), None).await;
    };
    let work = move |bytes| pictures::prepare(bytes, format);
    let picture = process(media, file, bytes, work).await?;
    let new = NewFile {
        size: Some(picture.size),
        thumbnail_type: Some(picture.thumbnail.content_type),
        ..NewFile::new(user, name, file_type, picture.bytes.len() as u64)
    };
    let content = Content::Memory(picture.bytes);
    save(media, new, content, Some(picture.thumbnail)).await
}

/// Saves a profile picture: a small square from the middle of the upload. The upload itself is not
/// stored.
pub async fn profile_picture(
    media: &Media,
    user: UserId,
    incoming: Incoming,
) -> Result<File, AppError> {
    let format = incoming.file_type.format.ok_or(UploadRefusal::NoPicture)?;
    let work = move |bytes| pictures::square(bytes, format);
    let square = process(media, incoming.file, incoming.bytes, work).await?;
    let file_type = FileType {
        kind: Kind::Image,
        content_type: square.content_type,
        format: Some(format),
    };
    let new = NewFile {
        size: Some((PROFILE_SIDE, PROFILE_SIDE)),
        ..NewFile::new(user, incoming.name, file_type, square.bytes.len() as u64)
    };
    save(media, new, Content::Memory(square.bytes), None).await
}

/// Reads a picture and processes it on a thread of its own.
async fn process<T: Send + 'static>(
    media: &Media,
    file: DiskFile,
    bytes: u64,
    work: impl FnOnce(Vec<u8>) -> Result<T, UploadRefusal> + Send + 'static,
) -> Result<T, AppError> {
    if bytes > MAX_PICTURE_BYTES {
        return Err(UploadRefusal::PictureTooLarge.into());
    }
    let mut file = file.into_std().await;
    let read_and_work = move || {
        let mut read = Vec::with_capacity(bytes as usize);
        file.read_to_end(&mut read)?;
        Ok(work(read)?)
    };
    media.workers.run(read_and_work).await
}

async fn save(
    media: &Media,
    new: NewFile,
    content: Content,
    thumbnail: Option<Small>,
) -> Result<File, AppError> {
    let quota = media.config.quota_bytes().cast_signed();
    let file = store::insert(&media.db, &new, quota).await?;
    let file = file.ok_or(UploadRefusal::QuotaFull(media.config.quota_mb))?;
    let stored = put(media, &file.storage_name, content, thumbnail).await;
    if let Err(error) = stored {
        store::remove(&media.db, &file.storage_name).await?;
        return Err(error);
    }
    tracing::info!(user = %file.owner_id, bytes = file.bytes, "uploaded a file");
    Ok(file)
}

async fn put(
    media: &Media,
    name: &str,
    content: Content,
    thumbnail: Option<Small>,
) -> Result<(), AppError> {
    let objects = &media.objects;
    match content {
        Content::Memory(bytes) => objects.put(name, bytes).await?,
        Content::Disk(mut file) => objects.put_file(name, &mut file).await?,
    }
    if let Some(thumbnail) = thumbnail {
        objects.put(&thumbnail_name(name), thumbnail.bytes).await?;
    }
    Ok(())
}
