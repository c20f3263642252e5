//! Unpacks archives that students hand in. Nothing in them is trusted, and only files
//! that are graded are unpacked.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Seek},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use tar::EntryType;
use zip::ZipArchive;

use course::graded::FOLDERS;

/// The file extensions of supported archives.
pub const ENDINGS: [&str; 4] = [".tar.gz", ".tgz", ".tar", ".zip"];
/// The file extensions of unsupported archives.
const OTHER_ENDINGS: [&str; 6] = [".7z", ".rar", ".tar.bz2", ".tar.xz", ".tar.zst", ".xz"];
/// A whole fork of the course has far less code.
const MOST_BYTES: u64 = 256 * MIB;
const MOST_FILES: usize = 20_000;
/// An inner archive is unpacked whole and may hold files that are skipped later.
const MOST_ARCHIVED: u64 = 2048 * MIB;
/// In a compressed tar, even skipped files must be read, and they may expand forever.
const MOST_READ: u64 = 16 * 1024 * MIB;
const MIB: u64 = 1024 * 1024;
/// Folders without the student's code: build output, git's data, and files that macOS adds.
const SKIPPED: [&str; 4] = [".git", "__MACOSX", "node_modules", "target"];
/// Files that describe the crate and name the student.
const ABOUT: [&str; 2] = ["Cargo.toml", course::hand_in::NOTE];

/// The file's name without its archive extension, in upper or lower case, if it has one.
pub fn name(file: &str) -> Option<&str> {
    let ending = ending(file, &ENDINGS)?;
    let (name, _) = file.split_at(file.len() - ending.len());
    (!name.is_empty()).then_some(name)
}

/// Whether it is an unsupported archive.
pub fn is_foreign(file: &str) -> bool {
    ending(file, &OTHER_ENDINGS).is_some()
}

fn ending<'a>(file: &str, endings: &[&'a str]) -> Option<&'a str> {
    let file = file.to_ascii_lowercase();
    let mut endings = endings.iter();
    endings.find(|ending| file.ends_with(**ending)).copied()
}

/// Whether a folder is always skipped.
pub fn is_skipped(folder: &str) -> bool {
    SKIPPED.contains(&folder)
}

/// Unpacks the archives of one submission, with limits that they share.
pub struct Unpacker {
    files_left: usize,
    code_left: Bytes,
    archives_left: Bytes,
}

/// The number of bytes that may still be unpacked.
struct Bytes {
    left: u64,
    refusal: String,
}

impl Bytes {
    fn at_most(most: u64, what: &str) -> Bytes {
        Bytes {
            left: most,
            refusal: format!("it holds more than {} MiB of {what}", most / MIB),
        }
    }
}

impl Unpacker {
    /// An unpacker for one submission, with its full limits.
    pub fn new() -> Unpacker {
        Unpacker {
            files_left: MOST_FILES,
            code_left: Bytes::at_most(MOST_BYTES, "code"),
            archives_left: Bytes::at_most(MOST_ARCHIVED, "archives"),
        }
    }

    /// Unpacks graded files and inner archives into `folder`.
    pub fn unpack(&mut self, archive: &Path, folder: &Path) -> Result<()> {
        let file = File::open(archive).context("the archive cannot be opened")?;
        let file = BufReader::new(file);
        match ending(&archive.to_string_lossy(), &ENDINGS) {
            Some(".zip") => self.unpack_zip(file, folder),
            Some(".tar") => {
                let mut archive = tar::Archive::new(file);
                self.unpack_tar(archive.entries_with_seek(), folder)
            }
            Some(_) => {
                let bounded = Bounded {
                    inner: MultiGzDecoder::new(file),
                    left: MOST_READ,
                };
                self.unpack_tar(tar::Archive::new(bounded).entries(), folder)
            }
            None => bail!("it is neither a folder nor one of {}", ENDINGS.join(", ")),
        }
    }

    fn unpack_zip(&mut self, file: impl Read + Seek, folder: &Path) -> Result<()> {
        const UNREADABLE: &str = "the archive is not a zip that can be read";
        let mut archive = ZipArchive::new(file).context(UNREADABLE)?;
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).context(UNREADABLE)?;
            // Some Windows programs write paths with backslashes.
            let path = entry.name().context(UNREADABLE)?.replace('\\', "/");
            if path.ends_with('/') {
                continue;
            }
            match entry.is_symlink() {
                true => self.add_link(path.as_ref(), folder)?,
                false => self.add(path.as_ref(), &mut entry, folder)?,
            }
        }
        Ok(())
    }

    fn unpack_tar<R: Read>(
        &mut self,
        entries: io::Result<tar::Entries<'_, R>>,
        folder: &Path,
    ) -> Result<()> {
        const UNREADABLE: &str = "the archive is not a tar that can be read";
        for entry in entries.context(UNREADABLE)? {
            let mut entry = entry.context(UNREADABLE)?;
            let path = entry.path().context(UNREADABLE)?.into_owned();
            match entry.header().entry_type() {
                EntryType::Symlink | EntryType::Link => self.add_link(&path, folder)?,
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                    self.add(&path, &mut entry, folder)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, content: &mut impl Read, folder: &Path) -> Result<()> {
        let Some(target) = self.target(path, folder)? else {
            return Ok(());
        };
        // An unsupported archive is never read, so an empty file with its name is enough.
        if is_foreign(&path.to_string_lossy()) {
            File::create(&target)?;
            return Ok(());
        }
        let bytes = match name(&path.to_string_lossy()) {
            Some(_) => &mut self.archives_left,
            None => &mut self.code_left,
        };
        copy(content, &target, bytes)
            .with_context(|| format!("{} cannot be unpacked", path.display()))
    }

    /// Replaces a link with one that leads nowhere, so that links are treated the same in
    /// a folder and in an archive.
    fn add_link(&mut self, path: &Path, folder: &Path) -> Result<()> {
        match self.target(path, folder)? {
            Some(target) => link_to_nothing(&target)
                .with_context(|| format!("{} cannot be unpacked", path.display())),
            None => Ok(()),
        }
    }

    /// The path to unpack to, in a folder that exists; `None` if the file is not needed.
    fn target(&mut self, path: &Path, folder: &Path) -> Result<Option<PathBuf>> {
        let is_plain = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
        if !path.components().all(is_plain) {
            bail!("the archive has a path that leaves it, {}", path.display());
        }
        if !is_wanted(path) {
            return Ok(None);
        }
        self.files_left = match self.files_left.checked_sub(1) {
            Some(left) => left,
            None => bail!("it holds more than {MOST_FILES} files of code"),
        };
        let target = folder.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be unpacked", path.display()))?;
        }
        Ok(Some(target))
    }
}

/// Counts the bytes that are written: the sizes in an archive's headers may be wrong.
fn copy(content: &mut impl Read, target: &Path, bytes: &mut Bytes) -> Result<()> {
    let mut content = content.take(bytes.left + 1);
    let written = io::copy(&mut content, &mut File::create(target)?)?;
    bytes.left = match bytes.left.checked_sub(written) {
        Some(left) => left,
        None => bail!("{}", bytes.refusal),
    };
    Ok(())
}

/// Whether the file is needed: code, a description of it, or an inner archive.
pub fn is_wanted(path: &Path) -> bool {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let Some((file, folders)) = parts.split_last() else {
        return false;
    };
    let is_archive = name(file).is_some() || is_foreign(file);
    !parts.iter().any(|part| is_skipped(part))
        && (ABOUT.contains(&file.as_ref())
            || FOLDERS.contains(&file.as_ref())
            || folders.iter().any(|part| FOLDERS.contains(&part.as_ref()))
            || is_archive)
}

#[cfg(unix)]
fn link_to_nothing(link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink("a link in the archive", link)
}

#[cfg(not(unix))]
fn link_to_nothing(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A reader that fails when its limit is exceeded.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                let gibibytes = MOST_READ / MIB / 1024;
                let words = format!("it expands to more than {gibibytes} GiB");
                return Err(io::Error::other(words));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_graded_is_wanted() {
        let wanted = [
            "chat/src/lib.rs",
            "src/a/b.rs",
            "chat/Cargo.toml",
            "x/chat.ZIP",
            "chat.rar",
            "chat/src",
        ];
        let passed_over = [
            "target/debug/src/lib.rs",
            "chat/.git/src/x",
            "__MACOSX/src/lib.rs",
            "film.mp4",
            "chat/tests/x.rs",
        ];
        assert!(wanted.iter().all(|path| is_wanted(path.as_ref())));
        assert!(!passed_over.iter().any(|path| is_wanted(path.as_ref())));
    }

    #[test]
    fn what_expands_without_an_end_is_not_read_to_its_end() {
        let mut bounded = Bounded {
            inner: io::repeat(0),
            left: 10_000,
        };
        let error = io::copy(&mut bounded, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("more than 16 GiB"), "{error}");
    }
}
