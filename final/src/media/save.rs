//! Saves an upload: first pictures are processed and videos measured, then the row is inserted, then
//! the bytes are stored. If the bytes cannot be stored, the row is marked as removed.

use std::io::Read;

use image::ImageFormat;
use tokio::fs::File as DiskFile;

use super::{
    Media,
    kinds::{FileType, Kind},
    model::{File, NewFile, thumbnail_name},
    pictures::{self, MAX_PICTURE_BYTES, PROFILE_SIDE, Small},
    store,
    upload::Incoming,
    videos,
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
    if let Some(format) = incoming.file_type.format {
        return picture(media, user, incoming, format).await;
    }
    match incoming.file_type.kind {
        Kind::Video => video(media, user, incoming).await,
        _ => as_it_is(media, user, incoming, None).await,
    }
}

/// Saves a file without a change.
async fn as_it_is(
    media: &Media,
    user: UserId,
    incoming: Incoming,
    size: Option<(u32, u32)>,
) -> Result<File, AppError> {
    let new = NewFile {
        size,
        ..NewFile::new(user, incoming.name, incoming.file_type, incoming.bytes)
    };
    save(media, new, Content::Disk(incoming.file), None).await
}

/// Saves a video with its size, so that a page can reserve the space.
async fn video(media: &Media, user: UserId, mut incoming: Incoming) -> Result<File, AppError> {
    let content_type = incoming.file_type.content_type;
    let mut file = incoming.file.into_std().await;
    let measure = move || {
        let size = videos::size(&mut file, content_type)?;
        Ok((file, size))
    };
    let (file, size) = media.workers.run(measure).await?;
    incoming.file = DiskFile::from_std(file);
    as_it_is(media, user, incoming, size).await
}

/// Saves a picture without its metadata, and a thumbnail.
async fn picture(
    media: &Media,
    user: UserId,
    incoming: Incoming,
    format: ImageFormat,
) -> Result<File, AppError> {
    let work = move |bytes| pictures::prepare(bytes, format);
    let picture = process(media, incoming.file, incoming.bytes, work).await?;
    let bytes = picture.bytes.len() as u64;
    let new = NewFile {
        size: Some(picture.size),
        thumbnail_type: Some(picture.thumbnail.content_type),
        ..NewFile::new(user, incoming.name, incoming.file_type, bytes)
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
