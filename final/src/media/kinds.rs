//! File types, recognized by content: names and headers can be wrong.

use image::ImageFormat;
use serde::Serialize;
use utoipa::ToSchema;

/// How many bytes of a file are examined.
pub const HEAD_BYTES: usize = 8 * 1024;

/// The media type of files that browsers must download and not show.
const OCTET_STREAM: &str = "application/octet-stream";

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
#[schema(as = FileKind)]
pub enum Kind {
    /// As a picture with a thumbnail.
    Image,
    /// In a player.
    Video,
    /// In a player.
    Audio,
    /// As a link to download it.
    File,
}

/// The type of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileType {
    pub kind: Kind,
    /// The media type that browsers receive.
    pub content_type: &'static str,
    /// The format of a picture.
    pub format: Option<ImageFormat>,
}

/// Detects the type of a file by its first bytes. A type that is not on this list is downloaded and
/// never shown. PDF, SVG and HTML are not, because they can run scripts.
pub fn detect(head: &[u8]) -> FileType {
    match infer::get(head).map_or(OCTET_STREAM, |found| found.mime_type()) {
        "image/jpeg" => image("image/jpeg", ImageFormat::Jpeg),
        "image/png" => image("image/png", ImageFormat::Png),
        "image/gif" => image("image/gif", ImageFormat::Gif),
        "image/webp" => image("image/webp", ImageFormat::WebP),
        "video/mp4" | "video/x-m4v" => shown(Kind::Video, "video/mp4"),
        "video/webm" => shown(Kind::Video, "video/webm"),
        "audio/mpeg" => shown(Kind::Audio, "audio/mpeg"),
        "audio/m4a" => shown(Kind::Audio, "audio/mp4"),
        "audio/ogg" | "audio/opus" => shown(Kind::Audio, "audio/ogg"),
        "audio/x-flac" => shown(Kind::Audio, "audio/flac"),
        "audio/x-wav" => shown(Kind::Audio, "audio/wav"),
        _ => shown(Kind::File, OCTET_STREAM),
    }
}

fn image(content_type: &'static str, format: ImageFormat) -> FileType {
    FileType {
        format: Some(format),
        ..shown(Kind::Image, content_type)
    }
}

fn shown(kind: Kind, content_type: &'static str) -> FileType {
    FileType {
        kind,
        content_type,
        format: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(head: &[u8]) -> (Kind, &'static str) {
        let file_type = detect(head);
        (file_type.kind, file_type.content_type)
    }

    #[test]
    fn media_that_browsers_play_is_detected_by_its_first_bytes() {
        let webm = [b"\x1a\x45\xdf\xa3\x42\x82\x84webm".as_slice(), &[0; 300]].concat();
        let opus = [b"OggS".as_slice(), &[0; 24], b"OpusHead"].concat();
        assert_eq!(kind(b"\0\0\0\x18ftypisom\0\0\0\0").1, "video/mp4");
        assert_eq!(kind(b"\0\0\0\x18ftypM4V \0\0\0\0").1, "video/mp4");
        assert_eq!(kind(&webm).1, "video/webm");
        assert_eq!(kind(b"ID3\x04\0\0\0\0\0\0").1, "audio/mpeg");
        assert_eq!(kind(b"\0\0\0\x18ftypM4A \0\0\0\0").1, "audio/mp4");
        assert_eq!(kind(&opus), (Kind::Audio, "audio/ogg"));
        assert_eq!(kind(b"fLaC\0\0\0\x22").1, "audio/flac");
        assert_eq!(kind(b"RIFF\0\0\0\0WAVEfmt ").1, "audio/wav");
    }

    #[test]
    fn files_that_can_have_a_script_are_downloaded() {
        let matroska = [
            b"\x1a\x45\xdf\xa3\x42\x82\x88matroska".as_slice(),
            &[0; 300],
        ]
        .concat();
        for head in [
            b"<!doctype html><script>alert(1)</script>".as_slice(),
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            b"<?xml version=\"1.0\"?>",
            b"%PDF-1.7",
            b"PK\x03\x04",
            b"BM\0\0\0\0",
            b"plain text",
            b"",
            &matroska,
        ] {
            assert_eq!(kind(head), (Kind::File, OCTET_STREAM), "{head:?}");
        }
    }
}
