//! The store for uploads.

use super::{Report, disk::existing};
use crate::{config::Config, media};

const TOPIC: &str = "files";

/// Checks that uploads can be stored.
pub async fn check(config: &Config, report: &mut Report) {
    let folder = match &config.files_url {
        None => Some(config.data.join("files")),
        Some(url) => url.to_file_path().ok(),
    };
    match folder {
        // Opening the store would create it.
        Some(folder) => match tempfile::tempfile_in(existing(&folder)) {
            Ok(_) => report.ok(TOPIC, format_args!("uploads go to {}", folder.display())),
            Err(error) => report.fail(TOPIC, format_args!("{}: {error}", folder.display())),
        },
        None => match media::try_store(config).await {
            Ok(()) => report.ok(TOPIC, "the object store saves what is uploaded"),
            Err(error) => report.fail(TOPIC, error),
        },
    }
}
