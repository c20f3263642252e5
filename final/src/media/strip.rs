//! Removes the metadata of pictures: where and when a photo was taken, with which camera, comments,
//! and any data behind the end.
//!
//! The pixels stay unchanged: to compress them again would cost quality and animation. Only the
//! parts that a decoder needs are copied, so that new kinds of metadata are removed, too. The
//! orientation is the only metadata that stays.

use std::io::Cursor;

use gif::{DecodeOptions, Decoder, Encoder};
use image::{ImageFormat, metadata::Orientation};
use img_parts::{
    Bytes, ImageEXIF,
    png::Png,
    riff::{RiffChunk, RiffContent},
    webp::WebP,
};

use super::jpeg;
use crate::error::UploadRefusal;

/// The chunks that a PNG decoder needs: pixels, colours, transparency, animation.
const PNG_CHUNKS: [&[u8; 4]; 15] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"gAMA", b"cHRM", b"sRGB", b"iCCP",
    b"cICP", b"sBIT", b"acTL", b"fcTL", b"fdAT",
];
/// The chunks that a WebP decoder needs.
const WEBP_CHUNKS: [&[u8; 4]; 7] = [
    b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];
/// The flag for XMP in the first chunk of a WebP.
const WEBP_HAS_XMP: u8 = 0b100;

/// Why a picture could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Damaged(String);

/// The picture without metadata.
pub fn strip(bytes: Vec<u8>, format: ImageFormat) -> Result<Vec<u8>, Damaged> {
    match format {
        ImageFormat::Jpeg => jpeg::strip(&bytes).ok_or_else(|| Damaged("not a JPEG".to_owned())),
        ImageFormat::Png => png(bytes),
        ImageFormat::WebP => webp(bytes),
        ImageFormat::Gif => gif(&bytes),
        other => Err(Damaged(format!("{other:?} is not supported"))),
    }
}

impl From<Damaged> for UploadRefusal {
    fn from(damaged: Damaged) -> Self {
        tracing::debug!(%damaged, "a picture could not be read");
        Self::Damaged
    }
}

fn png(bytes: Vec<u8>) -> Result<Vec<u8>, Damaged> {
    let mut png = Png::from_bytes(bytes.into()).map_err(damaged)?;
    let exif = png.exif();
    png.chunks_mut()
        .retain(|chunk| PNG_CHUNKS.contains(&&chunk.kind()));
    png.set_exif(orientation_of(exif));
    Ok(png.encoder().bytes().into())
}

fn webp(bytes: Vec<u8>) -> Result<Vec<u8>, Damaged> {
    let mut webp = WebP::from_bytes(bytes.into()).map_err(damaged)?;
    let exif = webp.exif();
    webp.chunks_mut()
        .retain(|chunk| WEBP_CHUNKS.contains(&&chunk.id()));
    webp.set_exif(orientation_of(exif));
    webp.chunks_mut().iter_mut().for_each(clear_xmp_flag);
    Ok(webp.encoder().bytes().into())
}

fn clear_xmp_flag(chunk: &mut RiffChunk) {
    if &chunk.id() == b"VP8X"
        && let RiffContent::Data(data) = chunk.content_mut()
    {
        let mut flags = data.to_vec();
        flags
            .iter_mut()
            .take(1)
            .for_each(|byte| *byte &= !WEBP_HAS_XMP);
        *data = flags.into();
    }
}

/// Copies a GIF frame by frame, without decompressing the pixels.
fn gif(bytes: &[u8]) -> Result<Vec<u8>, Damaged> {
    let mut options = DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut frames = options.read_info(Cursor::new(bytes)).map_err(damaged)?;
    let mut stripped = Vec::with_capacity(bytes.len());
    let mut encoder = gif_encoder(&frames, &mut stripped)?;
    while let Some(frame) = frames.read_next_frame().map_err(damaged)? {
        encoder
            .write_lzw_pre_encoded_frame(frame)
            .map_err(damaged)?;
    }
    drop(encoder);
    Ok(stripped)
}

fn gif_encoder<'a>(
    frames: &Decoder<Cursor<&[u8]>>,
    output: &'a mut Vec<u8>,
) -> Result<Encoder<&'a mut Vec<u8>>, Damaged> {
    let palette = frames.global_palette().unwrap_or_default();
    let mut encoder =
        Encoder::new(output, frames.width(), frames.height(), palette).map_err(damaged)?;
    encoder.set_repeat(frames.repeat()).map_err(damaged)?;
    Ok(encoder)
}

fn orientation_of(exif: Option<Bytes>) -> Option<Bytes> {
    let orientation = Orientation::from_exif_chunk(&exif?)?;
    orientation_exif(orientation).map(|exif| exif.to_vec().into())
}

/// The smallest EXIF with an orientation. None for a picture that is upright.
pub fn orientation_exif(orientation: Orientation) -> Option<[u8; 26]> {
    if orientation == Orientation::NoTransforms {
        return None;
    }
    let mut exif = *b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    exif[18] = orientation.to_exif();
    Some(exif)
}

fn damaged(error: impl ToString) -> Damaged {
    Damaged(error.to_string())
}
