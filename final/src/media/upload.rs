//! Receives the form with an uploaded file.

use std::{cmp::min, io::SeekFrom, path::Path, sync::Arc, time::Duration};

use axum::{
    extract::{
        DefaultBodyLimit, FromRef, FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use axum_extra::headers::{ContentLength, HeaderMapExt};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    time::{Instant, timeout_at},
};

use super::{Media, kinds, names};
use crate::error::{AppError, UploadRefusal};

/// How much a form may have besides the file: boundaries, headers, a long name.
const FORM_BYTES: u64 = 16 * 1024;
/// How long an upload may pause.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The minimum speed: that of a bad mobile connection. A slower upload would occupy a request and
/// disk space for too long.
const MIN_BYTES_PER_SECOND: u64 = 4_000;

/// A form with a file that is not read yet. Its body may be larger than that of other forms.
pub struct UploadForm(Multipart);

/// A file that was received. It has no name on the disk, so it disappears when it is dropped, and
/// even when the program is killed.
pub struct Incoming {
    /// The name that its owner gave it, cleaned.
    pub name: String,
    /// The file, at its start.
    pub file: File,
    /// The size of the file.
    pub bytes: u64,
    pub file_type: kinds::FileType,
}

/// Measures the progress of an upload, and enforces its limits.
struct Progress {
    started: Instant,
    bytes: u64,
    max_mb: u32,
}

impl<S> FromRequest<S> for UploadForm
where
    Arc<Media>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, AppError> {
        let config = &Arc::<Media>::from_ref(state).config;
        let max = config.max_upload_bytes() + FORM_BYTES;
        let announced = request.headers().typed_get::<ContentLength>();
        if announced.is_some_and(|length| length.0 > max) {
            return Err(UploadRefusal::TooLarge(config.max_upload_mb).into());
        }
        DefaultBodyLimit::max(max as usize).apply(&mut request);
        let form = Multipart::from_request(request, state).await;
        form.map(Self).map_err(|_| UploadRefusal::Unreadable.into())
    }
}

impl UploadForm {
    /// Reads the first file of the form into an unnamed file in this folder.
    pub async fn receive(mut self, folder: &Path, max_mb: u32) -> Result<Incoming, AppError> {
        let progress = Progress::start(max_mb);
        while let Some(field) = progress.wait_for(self.0.next_field()).await? {
            if let Some(name) = field.file_name().filter(|name| !name.is_empty()) {
                let name = names::clean(name);
                return receive_file(field, name, folder, progress).await;
            }
        }
        Err(UploadRefusal::NoFile.into())
    }
}

async fn receive_file(
    mut field: Field<'_>,
    name: String,
    folder: &Path,
    mut progress: Progress,
) -> Result<Incoming, AppError> {
    let mut file = File::from_std(tempfile::tempfile_in(folder)?);
    while let Some(chunk) = progress.wait_for(field.chunk()).await? {
        progress.count(chunk.len())?;
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    Ok(Incoming {
        name,
        file_type: kinds::detect(&read_head(&mut file).await?),
        bytes: progress.bytes,
        file,
    })
}

/// Reads the first bytes of a file, and goes back to its start.
async fn read_head(file: &mut File) -> Result<Vec<u8>, AppError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0)).await?;
    let mut start = file.take(kinds::HEAD_BYTES as u64);
    start.read_to_end(&mut head).await?;
    file.seek(SeekFrom::Start(0)).await?;
    Ok(head)
}

impl Progress {
    fn start(max_mb: u32) -> Self {
        Self {
            started: Instant::now(),
            bytes: 0,
            max_mb,
        }
    }

    /// Waits for the next part. Fails if the upload is too slow.
    async fn wait_for<T>(
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
