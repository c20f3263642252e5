//! Archives that somebody has handed in: unpacked without trust.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Seek},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use tar::EntryType;
use zip::ZipArchive;

/// The endings of archives that are read.
const ENDINGS: [&str; 4] = [".tar.gz", ".tgz", ".tar", ".zip"];
/// Far more than a whole fork has.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
const MOST_FILES: usize = 20_000;
/// What is skipped must be read in a tar, and may expand without an end.
const MOST_READ: u64 = 4 * 1024 * 1024 * 1024;
/// What was built and what git keeps is large, and nobody needs it.
const SKIPPED: [&str; 3] = [".git", "node_modules", "target"];

/// The file's name without the ending of an archive, if it has one, large or small.
pub fn name(file: &str) -> Option<&str> {
    let (name, _) = file.split_at(file.len() - ending(file)?.len());
    (!name.is_empty()).then_some(name)
}

fn ending(file: &str) -> Option<&'static str> {
    let file = file.to_ascii_lowercase();
    ENDINGS.into_iter().find(|ending| file.ends_with(ending))
}

/// Unpacks the regular files of the archive into `folder`.
pub fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let file = File::open(archive).context("the archive cannot be opened")?;
    let file = BufReader::new(file);
    let mut unpacked = Unpacked {
        folder,
        files: 0,
        bytes_left: MOST_BYTES,
    };
    match ending(&archive.to_string_lossy()) {
        Some(".zip") => unpack_zip(file, &mut unpacked),
        Some(".tar") => unpack_tar(file, &mut unpacked),
        Some(_) => unpack_tar(GzDecoder::new(file), &mut unpacked),
        None => bail!("it is neither a folder nor one of {}", ENDINGS.join(", ")),
    }
}

struct Unpacked<'a> {
    folder: &'a Path,
    files: usize,
    bytes_left: u64,
}

fn unpack_zip(file: impl Read + Seek, unpacked: &mut Unpacked) -> Result<()> {
    const UNREADABLE: &str = "the archive is not a zip that can be read";
    let mut archive = ZipArchive::new(file).context(UNREADABLE)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).context(UNREADABLE)?;
        let path = PathBuf::from(entry.name().context(UNREADABLE)?.as_ref());
        if entry.is_symlink() {
            refuse_link(&path)?;
        } else if entry.is_file() {
            unpacked.add(&path, &mut entry)?;
        }
    }
    Ok(())
}

fn unpack_tar(file: impl Read, unpacked: &mut Unpacked) -> Result<()> {
    const UNREADABLE: &str = "the archive is not a tar that can be read";
    let mut archive = tar::Archive::new(file.take(MOST_READ));
    for entry in archive.entries().context(UNREADABLE)? {
        let mut entry = entry.context(UNREADABLE)?;
        let path = entry.path().context(UNREADABLE)?.into_owned();
        match entry.header().entry_type() {
            EntryType::Symlink | EntryType::Link => refuse_link(&path)?,
            EntryType::Regular => unpacked.add(&path, &mut entry)?,
            _ => {}
        }
    }
    Ok(())
}

fn refuse_link(path: &Path) -> Result<()> {
    match is_skipped(path) {
        true => Ok(()),
        false => bail!("the archive has a link, {}", path.display()),
    }
}

impl Unpacked<'_> {
    fn add(&mut self, path: &Path, content: &mut impl Read) -> Result<()> {
        let is_plain = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
        if !path.components().all(is_plain) || path.to_string_lossy().contains('\\') {
            bail!("the archive has a path that leaves it, {}", path.display());
        }
        if is_skipped(path) {
            return Ok(());
        }
        self.files += 1;
        if self.files > MOST_FILES {
            bail!("the archive has more than {MOST_FILES} files");
        }
        self.copy(path, content)
            .with_context(|| format!("{} cannot be unpacked", path.display()))
    }

    /// Counts what really comes: what an archive says of itself may be a lie.
    fn copy(&mut self, path: &Path, content: &mut impl Read) -> Result<()> {
        let target = self.folder.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut content = content.take(self.bytes_left + 1);
        let written = io::copy(&mut content, &mut File::create(&target)?)?;
        match self.bytes_left.checked_sub(written) {
            Some(left) => self.bytes_left = left,
            None => bail!("the archive holds more than {MOST_BYTES} bytes"),
        }
        Ok(())
    }
}

fn is_skipped(path: &Path) -> bool {
    let mut parts = path.components();
    parts.any(|part| {
        SKIPPED
            .iter()
            .any(|name| part.as_os_str() == std::ffi::OsStr::new(name))
    })
}
