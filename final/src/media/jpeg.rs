//! Takes the metadata out of a JPEG. Ours, because libraries for this stop at
//! the first scan, and phones hide whole pictures and films behind the last.

use image::metadata::Orientation;

use super::strip::upright_exif;

const START: [u8; 2] = [0xFF, 0xD8];
const END: u8 = 0xD9;
const EXIF: &[u8] = b"Exif\0\0";

/// The JPEG without metadata; none when it is not one. A picture that ends too
/// early is kept as far as it goes.
pub fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(&START)?;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend(START);
    let mut has_exif = false;
    while let Some(at) = next_marker(rest) {
        let (pixels, after) = rest.split_at(at);
        kept.extend(pixels);
        let marker = after[1];
        if marker == END {
            break;
        }
        let length = usize::from(u16::from_be_bytes([*after.get(2)?, *after.get(3)?]));
        let (segment, after) = after.split_at_checked(2 + length)?;
        if draws(marker, segment.get(4..)?) {
            kept.extend(segment);
        } else if !has_exif && let Some(exif) = segment[4..].strip_prefix(EXIF) {
            has_exif = true;
            kept.extend(orientation(exif));
        }
        rest = after;
    }
    kept.extend([0xFF, END]);
    Some(kept)
}

/// Where the next segment begins. Within pixels 0xFF is followed by 0 or by a
/// restart marker; repeated, it only fills.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    bytes.windows(2).position(is_marker)
}

/// Whether the picture is drawn with a segment: tables, sizes, scans, and of
/// what programs add only what changes colours.
fn draws(marker: u8, contents: &[u8]) -> bool {
    match marker {
        0xC0..=0xCF | 0xDA..=0xDD => true,
        0xE0 => contents.starts_with(b"JFIF\0"),
        0xE2 => contents.starts_with(b"ICC_PROFILE\0"),
        0xEE => contents.starts_with(b"Adobe"),
        _ => false,
    }
}

/// A segment that says which way up the picture is; empty when it is upright.
fn orientation(exif: &[u8]) -> Vec<u8> {
    let upright = Orientation::from_exif_chunk(exif).and_then(upright_exif);
    upright.map_or_else(Vec::new, |exif| {
        let length = 2 + EXIF.len() as u8 + exif.len() as u8;
        [&[0xFF, 0xE1, 0, length], EXIF, &exif].concat()
    })
}
