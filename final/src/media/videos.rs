//! The size in which a video is shown. It is known from the start of the file, or from its end: cameras
//! write what they have recorded there.

use std::{
    fs::File,
    io::{BufReader, Seek},
};

use mp4parse::{TrackHeaderBox, TrackType, read_mp4};
use nom_exif::{MediaParser, MediaSource, TrackInfoTag};

/// The media type of videos that `mp4parse` reads: unlike the other library, it knows how the camera
/// was held.
const MP4: &str = "video/mp4";

/// The bits behind the point of a number in an MP4 file.
const FRACTION_BITS: u32 = 16;

/// The width and height of a video after rotation, and `None` if the file does not have them in a way
/// that the libraries understand: the browser may still play it. Reads the file from its start.
pub fn size(file: &mut File, content_type: &str) -> std::io::Result<Option<(u32, u32)>> {
    file.rewind()?;
    let size = match content_type {
        MP4 => mp4_size(file),
        _ => webm_size(file),
    };
    file.rewind()?;
    Ok(size.filter(|(width, height)| *width > 0 && *height > 0))
}

fn mp4_size(file: &mut File) -> Option<(u32, u32)> {
    let video = read_mp4(&mut BufReader::new(file))
        .inspect_err(|error| tracing::debug!(%error, "the size of a video is not known"))
        .ok()?;
    let mut tracks = video.tracks.iter();
    let pictures = tracks.find(|track| track.track_type == TrackType::Video)?;
    pictures.tkhd.as_ref().map(shown_size)
}

/// The size of a track. The matrix of a quarter turn has no part that keeps the horizontal direction.
fn shown_size(track: &TrackHeaderBox) -> (u32, u32) {
    let (width, height) = (track.width >> FRACTION_BITS, track.height >> FRACTION_BITS);
    match track.matrix.a {
        0 => (height, width),
        _ => (width, height),
    }
}

fn webm_size(file: &mut File) -> Option<(u32, u32)> {
    let info = MediaSource::seekable(file)
        .and_then(|source| MediaParser::new().parse_track(source))
        .inspect_err(|error| tracing::debug!(%error, "the size of a video is not known"))
        .ok()?;
    let side = |tag| info.get(tag).and_then(|value| value.as_u32());
    Some((side(TrackInfoTag::Width)?, side(TrackInfoTag::Height)?))
}
