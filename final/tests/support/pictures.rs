//! Pictures to upload.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use img_parts::{
    riff::{RiffChunk, RiffContent},
    webp::WebP,
};

/// A photo.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(&opaque(width, height), ImageFormat::Jpeg)
}

/// A JPEG with additional segments, each with a marker and its contents.
pub fn with_segments(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    for (marker, contents) in segments {
        bytes.extend([0xFF, *marker]);
        bytes.extend((contents.len() as u16 + 2).to_be_bytes());
        bytes.extend(*contents);
    }
    bytes.extend(&jpeg[2..]);
    bytes
}

/// EXIF with the orientation of a photo, the location, and the camera.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x03\0".to_vec();
    exif.extend(b"\x0f\x01\x02\0\x0a\0\0\0\x32\0\0\0");
    exif.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend(b"\x25\x88\x04\0\x01\0\0\0\x3c\0\0\0\0\0\0\0");
    exif.extend(b"SecretCam\0");
    exif.extend(b"\x01\0\x02\0\x02\0\x0a\0\0\0\x4e\0\0\0\0\0\0\0");
    exif.extend(b"51 deg 30\0");
    exif
}

/// Two frames, with XMP and EXIF around them.
pub fn animated_webp() -> Vec<u8> {
    let still = WebP::from_bytes(encoded(&opaque(8, 8), ImageFormat::WebP).into()).unwrap();
    let pixels = still
        .chunk_by_id(*b"VP8L")
        .unwrap()
        .content()
        .data()
        .unwrap();
    let mut frame = vec![0, 0, 0, 0, 0, 0, 7, 0, 0, 7, 0, 0, 50, 0, 0, 0];
    frame.extend(b"VP8L");
    frame.extend((pixels.len() as u32).to_le_bytes());
    frame.extend(pixels);
    frame.extend(vec![0; pixels.len() % 2]);
    let chunk =
        |id: &[u8; 4], data: &[u8]| RiffChunk::new(*id, RiffContent::Data(data.to_vec().into()));
    let subchunks = vec![
        chunk(b"VP8X", &[0b1110, 0, 0, 0, 7, 0, 0, 7, 0, 0]),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &frame),
        chunk(b"ANMF", &frame),
        chunk(b"EXIF", &exif(1)),
        chunk(b"XMP ", b"GPSLatitude"),
    ];
    let kind = Some(*b"WEBP");
    let riff = RiffChunk::new(*b"RIFF", RiffContent::List { kind, subchunks });
    riff.encoder().bytes().to_vec()
}

/// Two frames with their own delays and colours, a comment, XMP, and data behind the end.
pub fn animated_gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 4, 4, &[0, 0, 0, 255, 0, 0]).unwrap();
    encoder.set_repeat(gif::Repeat::Finite(3)).unwrap();
    encoder
        .write_raw_extension(gif::Extension::Comment.into(), &[b"at home"])
        .unwrap();
    encoder
        .write_raw_extension(
            gif::Extension::Application.into(),
            &[b"XMP DataXMP", b"GPSLatitude"],
        )
        .unwrap();
    for delay in [10, 70] {
        let mut frame = gif::Frame::from_indexed_pixels(4, 4, vec![1; 16], Some(0));
        frame.delay = delay;
        frame.dispose = gif::DisposalMethod::Background;
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes.extend(b"51 deg 30");
    bytes
}

/// A picture in which every pixel differs from its neighbours.
pub fn opaque(width: u32, height: u32) -> DynamicImage {
    let colour = |x, y| image::Rgb([x as u8, y as u8, 99]);
    RgbImage::from_fn(width, height, colour).into()
}

/// Encodes a picture as a file.
pub fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
