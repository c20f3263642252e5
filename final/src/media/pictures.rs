//! Decodes pictures and makes thumbnails. That takes processor time and memory, so [`Workers`] limit
//! it.

use std::{io::Cursor, sync::Arc};

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
    imageops::FilterType,
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::strip::strip;
use crate::error::{AppError, UploadRefusal};

/// The largest picture: enough for the cameras of phones, and 160 MB in memory with 4 bytes a pixel.
const MAX_PIXELS: u64 = 40_000_000;
/// The largest file of a picture. It is read into memory as a whole.
pub const MAX_PICTURE_BYTES: u64 = 64_000_000;
/// The longer side of a thumbnail: sharp at 240 px on a high-resolution screen.
const THUMBNAIL_SIDE: u32 = 480;
/// The side of a profile picture.
pub const PROFILE_SIDE: u32 = 256;
const JPEG_QUALITY: u8 = 80;
/// How many pictures are processed at once. Each takes up to 400 MB.
const SLOTS: usize = 2;

/// A picture without metadata, and its thumbnail.
pub struct Picture {
    pub bytes: Vec<u8>,
    /// The width and height after rotation.
    pub size: (u32, u32),
    pub thumbnail: Small,
}

/// A small picture.
pub struct Small {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
}

/// Threads that process pictures: threads of their own, so that they block no other request, and
/// only a few, so that memory suffices.
#[derive(Debug, Clone)]
pub struct Workers(Arc<Semaphore>);

impl Default for Workers {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(SLOTS)))
    }
}

impl Workers {
    /// Runs a function on a thread, as soon as one is free.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        // The semaphore is never closed. The permit moves into the thread: when a browser
        // disconnects, its request ends, but the thread still uses memory.
        let permit = self.0.clone().acquire_owned().await.ok();
        spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await?
    }
}

/// Removes the metadata and makes a thumbnail.
pub fn prepare(bytes: Vec<u8>, format: ImageFormat) -> Result<Picture, UploadRefusal> {
    let bytes = strip(bytes, format)?;
    let image = decode(&bytes, format)?;
    let small = match image.width().max(image.height()) {
        ..=THUMBNAIL_SIDE => image.clone(),
        _ => image.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE),
    };
    Ok(Picture {
        size: (image.width(), image.height()),
        thumbnail: encode(&small)?,
        bytes,
    })
}

/// Crops the middle of a picture to a small square.
pub fn square(bytes: Vec<u8>, format: ImageFormat) -> Result<Small, UploadRefusal> {
    let image = decode(&strip(bytes, format)?, format)?;
    let square = image.resize_to_fill(PROFILE_SIDE, PROFILE_SIDE, FilterType::Triangle);
    Ok(encode(&square)?)
}

/// Decodes a picture. Its size is checked before memory is allocated for it.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, UploadRefusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    // At most 8 bytes a pixel.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(UploadRefusal::TooManyPixels);
    }
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Encodes a picture as JPEG, or as WebP if it has transparency. JPEG is ten times smaller for
/// photos, but does not support transparency.
fn encode(image: &DynamicImage) -> ImageResult<Small> {
    let mut bytes = Vec::new();
    let rgba = image.to_rgba8();
    if rgba.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        image.to_rgb8().write_with_encoder(encoder)?;
        let content_type = "image/jpeg";
        return Ok(Small {
            bytes,
            content_type,
        });
    }
    rgba.write_with_encoder(WebPEncoder::new_lossless(&mut bytes))?;
    let content_type = "image/webp";
    Ok(Small {
        bytes,
        content_type,
    })
}

impl From<ImageError> for UploadRefusal {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooManyPixels,
            _ => Self::Damaged,
        }
    }
}
