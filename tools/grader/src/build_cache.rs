//! The build output that all submissions share: the lesson's dependencies and the
//! compiler's incremental data.

use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use walkdir::{DirEntry, WalkDir};

use super::{
    build::Builder,
    sandbox::{self, Sandbox},
    show::Building,
};
use course::{
    cargo, files,
    lessons::{Course, Lesson},
};

/// The folder in which submissions are built, for one batch at a time.
pub struct BuildCache {
    home: PathBuf,
    /// The package and library name, which occur in the names of the lesson's own files.
    own: [String; 2],
    // The operating system releases the lock when the process ends, even if it is killed.
    _lock: File,
}

/// A slot in which submissions are built one after the other.
pub struct Place {
    /// The workspace of the current submission.
    pub sandbox: Sandbox,
    /// The files of the built dependencies.
    shared: BTreeSet<PathBuf>,
}

impl BuildCache {
    /// Opens and locks the lesson's folder. The lock lasts as long as this value.
    pub fn open(course: &Course, lesson: &Lesson) -> Result<BuildCache> {
        let home = cargo::target_folder(course)?.join("grade");
        let home = home.join(&lesson.names.package);
        fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
        Ok(BuildCache {
            _lock: lock(&home)?,
            own: [lesson.names.package.clone(), lesson.names.library.clone()],
            home,
        })
    }

    /// An empty temporary folder.
    pub fn space(&self) -> Result<tempfile::TempDir> {
        let folder = self.home.join("unpacked");
        fs::create_dir_all(&folder)?;
        Ok(tempfile::tempdir_in(folder)?)
    }

    /// The slots for grading `count` submissions in parallel. The first builds the
    /// dependencies if necessary, and the others link to them.
    pub fn places(
        &self,
        course: &Course,
        lesson: &Lesson,
        builder: &Builder,
        count: usize,
    ) -> Result<Vec<Place>> {
        sandbox::remove(&self.home.join("unpacked"))?;
        let building = Building::begin("the lesson's dependencies");
        let mut places: Vec<Place> = Vec::new();
        for number in 1..=count {
            let folder = self.home.join(format!("place-{number}"));
            let (sandbox, list) = (Sandbox::at(folder.clone(), lesson), folder.join(SHARED));
            remove_others(&sandbox.target(), &read_list(&list)?)?;
            let shared = match places.first() {
                Some(first) => linked(first, &sandbox.target())?,
                None => {
                    sandbox.fill(course, lesson, &lesson.path)?;
                    builder.build_lesson(&sandbox, &building)?;
                    fs::copy(sandbox.workspace().join("Cargo.lock"), self.lock_file())?;
                    self.shared(&sandbox.target())?
                }
            };
            files::write(&list, text_of(&shared))?;
            places.push(Place { sandbox, shared });
        }
        Ok(places)
    }

    /// Removes everything that earlier submissions built, so that only the dependencies are
    /// left. The compiler's incremental data stays: it depends on the code alone, not on
    /// its author.
    pub fn clean(&self, place: &Place) -> Result<()> {
        let sandbox = &place.sandbox;
        fs::copy(self.lock_file(), sandbox.workspace().join("Cargo.lock"))?;
        remove_others(&sandbox.target(), &place.shared)
    }

    /// The lock file, reduced to the dependencies that the lesson uses.
    fn lock_file(&self) -> PathBuf {
        self.home.join("Cargo.lock")
    }

    /// The files of the dependencies in `target`, in which only the lesson's own code and its
    /// dependencies have been built. Excluded are the compiler's lists of the files that it
    /// read, because only the submission's lists are needed, and cargo's lock, because
    /// slots that share one would wait for each other.
    fn shared(&self, target: &Path) -> Result<BTreeSet<PathBuf>> {
        let mut files = files_in(target)?;
        files.retain(|path| {
            let path = path.to_string_lossy();
            let is_own = self.own.iter().any(|own| path.contains(own.as_str()));
            !is_own && !path.ends_with(".d") && !path.ends_with(CARGO_LOCK)
        });
        Ok(files)
    }
}

/// Removes every other file in `target`.
fn remove_others(target: &Path, these: &BTreeSet<PathBuf>) -> Result<()> {
    if !target.is_dir() {
        return Ok(());
    }
    for path in files_in(target)? {
        if !these.contains(&path) {
            fs::remove_file(target.join(&path))?;
        }
    }
    Ok(())
}

/// The list of dependency files from an earlier batch; empty if there was none.
fn read_list(list: &Path) -> Result<BTreeSet<PathBuf>> {
    match list.is_file() {
        true => Ok(files::read(list)?.lines().map(PathBuf::from).collect()),
        false => Ok(BTreeSet::new()),
    }
}

fn text_of(files: &BTreeSet<PathBuf>) -> String {
    let lines = files.iter().map(|path| format!("{}\n", path.display()));
    lines.collect()
}

/// The relative paths of all files in `target`, without the compiler's incremental data.
fn files_in(target: &Path) -> Result<BTreeSet<PathBuf>> {
    let is_memory =
        |entry: &DirEntry| MEMORY_DEPTH.contains(&entry.depth()) && entry.file_name() == MEMORY;
    let entries = WalkDir::new(target).into_iter();
    let mut files = BTreeSet::new();
    for entry in entries.filter_entry(|entry| !is_memory(entry)) {
        let entry = entry?;
        if !entry.file_type().is_dir() {
            files.insert(entry.path().strip_prefix(target)?.to_owned());
        }
    }
    Ok(files)
}

/// Puts the dependencies of the first slot into `target`, and returns their files. Hard
/// links cost little, and the compiler never writes to these files again.
fn linked(first: &Place, target: &Path) -> Result<BTreeSet<PathBuf>> {
    for path in &first.shared {
        let linked = target.join(path);
        if linked.exists() {
            continue;
        }
        if let Some(folder) = linked.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::hard_link(first.sandbox.target().join(path), &linked)
            .with_context(|| format!("{} cannot be linked", linked.display()))?;
    }
    Ok(first.shared.clone())
}

/// The list of dependency files, in the slot's folder. It is written before the first
/// submission is built, because files that appear later may belong to a submission.
const SHARED: &str = "shared.txt";
/// The folder with the compiler's incremental data.
const MEMORY: &str = "incremental";
/// The folder is in `debug` or, with a target, in `x86_64-unknown-linux-gnu/debug`.
const MEMORY_DEPTH: [usize; 2] = [2, 3];
/// The lock that cargo holds while it builds.
const CARGO_LOCK: &str = ".cargo-lock";

fn lock(home: &Path) -> Result<File> {
    let lock = File::create(home.join(".lock")).context("target/grade cannot be locked")?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("this lesson is already being graded; try again when that run has ended")
        }
        Err(TryLockError::Error(error)) => Err(error).context("target/grade cannot be locked"),
    }
}
