//! Reads the form that a file comes in.

use std::{cmp::min, io::SeekFrom, path::Path, time::Duration};

use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header::CONTENT_LENGTH},
};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    time::{Instant, timeout_at},
};

use super::{kinds, names, refusals::UploadRefusal};
use crate::{error::AppError, state::AppState};

/// What a form may hold besides the file: boundaries, headers, a long name.
const FORM_BYTES: u64 = 16 * 1024;
/// How long nothing may come.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The pace of a bad telephone line; whoever is slower for long holds a request
/// and a place on the disk for nothing.
const MIN_BYTES_PER_SECOND: u64 = 4_000;

/// A form with a file, not read yet. Larger bodies than other forms are let in.
pub struct UploadForm(Multipart);

/// A file that has come in. It has no name on the disk, so that it is gone when
/// it is dropped, and even when the program is killed.
pub struct Incoming {
    /// The name that its owner gave it, cleaned.
    pub name: String,
    /// The bytes, from the start.
    pub file: File,
    /// How many bytes.
    pub bytes: u64,
    /// What its content says that it is.
    pub found: kinds::Found,
}

/// How far an upload has come, and since when.
struct Pace {
    started: Instant,
    bytes: u64,
    max_mb: u32,
}

impl FromRequest<AppState> for UploadForm {
    type Rejection = AppError;

    async fn from_request(mut request: Request, state: &AppState) -> Result<Self, AppError> {
        let max = state.config.max_upload_bytes() + FORM_BYTES;
        let length = request.headers().get(CONTENT_LENGTH);
        let announced = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|bytes| bytes > max) {
            return Err(UploadRefusal::TooLarge(state.config.max_upload_mb).into());
        }
        DefaultBodyLimit::max(max as usize).apply(&mut request);
        let form = Multipart::from_request(request, state).await;
        form.map(Self).map_err(|_| UploadRefusal::Unreadable.into())
    }
}

impl UploadForm {
    /// Reads the first file of the form into an unnamed file of this folder.
    pub async fn receive(mut self, folder: &Path, max_mb: u32) -> Result<Incoming, AppError> {
        let pace = Pace::start(max_mb);
        while let Some(field) = pace.keep(self.0.next_field()).await? {
            if let Some(name) = field.file_name().filter(|name| !name.is_empty()) {
                let name = names::clean(name);
                return receive_file(field, name, folder, pace).await;
            }
        }
        Err(UploadRefusal::NoFile.into())
    }
}

async fn receive_file(
    mut field: Field<'_>,
    name: String,
    folder: &Path,
    mut pace: Pace,
) -> Result<Incoming, AppError> {
    let mut file = File::from_std(tempfile::tempfile_in(folder)?);
    while let Some(chunk) = pace.keep(field.chunk()).await? {
        pace.count(chunk.len())?;
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    Ok(Incoming {
        name,
        found: kinds::find(&head_of(&mut file).await?),
        bytes: pace.bytes,
        file,
    })
}

/// The first bytes of a file, which is then back at its start.
async fn head_of(file: &mut File) -> Result<Vec<u8>, AppError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0)).await?;
    let mut start = file.take(kinds::HEAD_BYTES as u64);
    start.read_to_end(&mut head).await?;
    file.seek(SeekFrom::Start(0)).await?;
    Ok(head)
}

impl Pace {
    fn start(max_mb: u32) -> Self {
        Self {
            started: Instant::now(),
            bytes: 0,
            max_mb,
        }
    }

    /// Waits for the next part, as long as the upload is not too slow.
    async fn keep<T>(
        &self,
        part: impl Future<Output = Result<T, MultipartError>>,
    ) -> Result<T, AppError> {
        let pause = Instant::now() + MAX_PAUSE;
        let behind = Duration::from_secs(self.bytes / MIN_BYTES_PER_SECOND);
        let deadline = min(pause, self.started + MAX_PAUSE + behind);
        let in_time = timeout_at(deadline, part).await;
        let part = in_time.map_err(|_| UploadRefusal::TooSlow)?;
        Ok(part.map_err(|error| self.refusal(&error))?)
    }

    fn count(&mut self, bytes: usize) -> Result<(), UploadRefusal> {
        self.bytes += bytes as u64;
        if self.bytes > crate::config::MB * u64::from(self.max_mb) {
            return Err(UploadRefusal::TooLarge(self.max_mb));
        }
        Ok(())
    }

    fn refusal(&self, error: &MultipartError) -> UploadRefusal {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => UploadRefusal::TooLarge(self.max_mb),
            _ => UploadRefusal::Unreadable,
        }
    }
}
