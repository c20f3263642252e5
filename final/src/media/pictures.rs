//! Reads pictures, makes thumbnails. All of it costs processor time and memory:
//! see [`Workshop`].

use std::{io::Cursor, sync::Arc};

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
    imageops::FilterType,
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{refusals::UploadRefusal, strip::strip};
use crate::error::AppError;

/// The largest picture: what a phone takes, and 160 MB in memory with 4 bytes a pixel.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The largest picture as a file, since it is read as a whole.
pub const MAX_PICTURE_BYTES: u64 = 64_000_000;
/// The longer side of a thumbnail: sharp at 240 px on a screen with two pixels for one.
const THUMBNAIL_SIDE: u32 = 480;
/// The side of a profile picture.
pub const PROFILE_SIDE: u32 = 256;
const JPEG_QUALITY: u8 = 80;
/// How many pictures are worked on at once, each with up to 400 MB.
const SLOTS: usize = 2;

/// A picture fit to be shown: nothing in it but what is seen.
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// Width and height as people see them, whatever way up the camera was.
    pub size: (u32, u32),
    /// A small still of it.
    pub thumbnail: Small,
}

/// A small picture.
pub struct Small {
    /// The file.
    pub bytes: Vec<u8>,
    /// What browsers are told it is.
    pub content_type: &'static str,
}

/// Where pictures are worked on: on threads of their own, so that no request
/// waits for them, and no more than a few at once, so that the memory suffices.
#[derive(Debug, Clone)]
pub struct Workshop(Arc<Semaphore>);

impl Default for Workshop {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(SLOTS)))
    }
}

impl Workshop {
    /// Does work on a picture.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        // The semaphore is never closed. The permit moves into the thread: a
        // browser that hangs up frees its request, but not the memory.
        let permit = self.0.clone().acquire_owned().await.ok();
        spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await?
    }
}

/// Takes out the metadata and makes a thumbnail.
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

/// The middle of a picture as a small square.
pub fn square(bytes: Vec<u8>, format: ImageFormat) -> Result<Small, UploadRefusal> {
    let image = decode(&strip(bytes, format)?, format)?;
    let square = image.resize_to_fill(PROFILE_SIDE, PROFILE_SIDE, FilterType::Triangle);
    Ok(encode(&square)?)
}

/// Reads a picture whose size is checked before memory is taken for it.
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

/// JPEG is ten times smaller for photos, and knows no transparency.
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
