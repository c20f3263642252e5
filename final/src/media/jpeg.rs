//! Removes the metadata of a JPEG. This is our own code, because the libraries for it stop at the
//! first scan, and phones hide whole pictures and videos behind the last one.

use image::metadata::Orientation;

use super::strip::orientation_exif;

const START: [u8; 2] = [0xFF, 0xD8];
const END: u8 = 0xD9;
const EXIF: &[u8] = b"Exif\0\0";

/// The JPEG without metadata. None if it is not a JPEG. A picture that ends too early is copied up
/// to its end.
pub fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(&START)?;
    let mut stripped = Vec::with_capacity(bytes.len());
    stripped.extend(START);
    let mut has_exif = false;
    while let Some(at) = next_marker(rest) {
        let (pixels, after) = rest.split_at(at);
        stripped.extend(pixels);
        let marker = after[1];
        if marker == END {
            break;
        }
        let length = usize::from(u16::from_be_bytes([*after.get(2)?, *after.get(3)?]));
        let (segment, after) = after.split_at_checked(2 + length)?;
        if is_needed(marker, segment.get(4..)?) {
            stripped.extend(segment);
        } else if !has_exif && let Some(exif) = segment[4..].strip_prefix(EXIF) {
            has_exif = true;
            stripped.extend(orientation(exif));
        }
        rest = after;
    }
    stripped.extend([0xFF, END]);
    Some(stripped)
}

/// The position of the next segment. Within pixel data, 0xFF is followed by 0 or by a restart
/// marker; a repeated 0xFF is padding.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    bytes.windows(2).position(is_marker)
}

/// Whether a decoder needs a segment to draw the picture: tables, sizes, scans, and the application
/// segments that change colours.
fn is_needed(marker: u8, contents: &[u8]) -> bool {
    match marker {
        0xC0..=0xCF | 0xDA..=0xDD => true,
        0xE0 => contents.starts_with(b"JFIF\0"),
        0xE2 => contents.starts_with(b"ICC_PROFILE\0"),
        0xEE => contents.starts_with(b"Adobe"),
        _ => false,
    }
}

/// A segment with the orientation of the picture. Empty if the picture is upright.
fn orientation(exif: &[u8]) -> Vec<u8> {
    let exif = Orientation::from_exif_chunk(exif).and_then(orientation_exif);
    exif.map_or_else(Vec::new, |exif| {
        let length = 2 + EXIF.len() as u8 + exif.len() as u8;
        [&[0xFF, 0xE1, 0, length], EXIF, &exif].concat()
    })
}
