//! The disk on which the data is.

use std::path::{Path, PathBuf};

use super::Report;
use crate::config::{Config, MB};

const TOPIC: &str = "disk";
/// With less free space, a busy day may fill the disk.
const LITTLE_SPACE: u64 = 1_000 * MB;

/// Checks the disk of the data folder.
pub fn check(config: &Config, report: &mut Report) {
    let folder = existing(&config.data);
    #[cfg(unix)]
    match rustix::fs::statvfs(&folder) {
        Ok(disk) => {
            check_space(&folder, disk.f_bavail.saturating_mul(disk.f_frsize), report);
            // Some file systems make room for files when they need it, and count none.
            if disk.f_files > 0 && disk.f_favail == 0 {
                let words = "has room for no more files";
                report.fail(TOPIC, format_args!("{} {words}", folder.display()));
            }
        }
        Err(error) => report.fail(TOPIC, format_args!("{}: {error}", folder.display())),
    }
    #[cfg(target_os = "linux")]
    check_network(config, &folder, report);
    #[cfg(unix)]
    check_owner(&folder, report);
    #[cfg(not(unix))]
    report.ok(TOPIC, format_args!("{} was not examined", folder.display()));
}

/// The folder, or the one in which it will be created.
pub fn existing(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let found = folder.ancestors().find(|folder| folder.exists());
    found.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn check_space(folder: &Path, free: u64, report: &mut Report) {
    let folder = folder.display();
    let free_mb = free / MB;
    if free < LITTLE_SPACE {
        let words = "what people write and upload may soon be refused";
        report.warn(
            TOPIC,
            format_args!("only {free_mb} MB free at {folder}: {words}"),
        );
    } else {
        report.ok(TOPIC, format_args!("{free_mb} MB free at {folder}"));
    }
}

/// SQLite's write-ahead log needs memory that all its users share, which no file system over a
/// network has: <https://sqlite.org/wal.html>.
#[cfg(target_os = "linux")]
fn check_network(config: &Config, folder: &Path, report: &mut Report) {
    /// NFS, SMB (three versions), 9P: `statfs(2)`.
    const NETWORKS: [u32; 5] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997];
    let Ok(found) = rustix::fs::statfs(folder) else {
        return;
    };
    // The kernel's constants have 32 bits.
    let kind = u32::try_from(found.f_type & 0xffff_ffff).unwrap_or_default();
    if config.database_url.is_none() && NETWORKS.contains(&kind) {
        report.fail(
            TOPIC,
            format_args!(
                "{} is on another machine, where SQLite may damage its file: use a disk of this \
                 machine, or PostgreSQL",
                folder.display()
            ),
        );
    }
}

#[cfg(unix)]
fn check_owner(folder: &Path, report: &mut Report) {
    use std::os::unix::fs::MetadataExt;
    let Ok(found) = folder.metadata() else { return };
    let user = rustix::process::geteuid().as_raw();
    if found.uid() != user {
        report.warn(
            TOPIC,
            format_args!(
                "{} belongs to user {}, and this check runs as user {user}: run it as the user \
                 that the chat will have",
                folder.display(),
                found.uid()
            ),
        );
    }
}
