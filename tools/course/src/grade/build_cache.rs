//! What all submissions begin with: the lesson's dependencies, and what the compiler
//! remembers of code like theirs.

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
use crate::{
    cargo, files,
    lessons::{Course, Lesson},
};

/// Where submissions are built, for one batch at a time.
pub struct BuildCache {
    home: PathBuf,
    /// What cargo calls the files of the lesson itself.
    own: [String; 2],
    // The operating system gives the lock back when the process ends, however it ends.
    _lock: File,
}

/// A place in which submissions are built, one after the other.
pub struct Place {
    /// Where the submission goes.
    pub sandbox: Sandbox,
    /// What is built in it of the dependencies.
    shared: BTreeSet<PathBuf>,
}

impl BuildCache {
    /// The only user of the lesson's folder, as long as it lives.
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

    /// An empty folder, removed in the end.
    pub fn space(&self) -> Result<tempfile::TempDir> {
        let folder = self.home.join("unpacked");
        fs::create_dir_all(&folder)?;
        Ok(tempfile::tempdir_in(folder)?)
    }

    /// The places for so many submissions at once. The first builds the dependencies,
    /// unless they are built already, and the others take them over.
    pub fn places(
        &self,
        course: &Course,
        lesson: &Lesson,
        builder: &Builder,
        count: usize,
    ) -> Result<Vec<Place>> {
        sandbox::remove(&self.home.join("unpacked"))?;
        let building = Building::begin("what submissions depend on");
        let mut places: Vec<Place> = Vec::new();
        for number in 1..=count {
            let folder = self.home.join(format!("place-{number}"));
            let (sandbox, list) = (Sandbox::at(folder.clone(), lesson), folder.join(SHARED));
            sandbox.fill(course, lesson, &lesson.path)?;
            let known = read_list(&list)?;
            remove_others(&sandbox.target(), &known)?;
            if let Some(first) = places.first() {
                link(first, &sandbox.target())?;
            }
            builder.build_lesson(&sandbox, &building)?;
            fs::copy(sandbox.workspace().join("Cargo.lock"), self.lock_file())?;
            let shared = self.shared(&sandbox.target())?;
            files::write(&list, text_of(&shared))?;
            places.push(Place { sandbox, shared });
        }
        Ok(places)
    }

    /// Lets a submission begin with the dependencies alone: nothing that another has
    /// built is there any more. What the compiler remembers stays; it goes by what
    /// the code says, not by whose it is.
    pub fn clean(&self, place: &Place) -> Result<()> {
        let sandbox = &place.sandbox;
        fs::copy(self.lock_file(), sandbox.workspace().join("Cargo.lock"))?;
        remove_others(&sandbox.target(), &place.shared)
    }

    /// The versions of the dependencies, cut down to those that the lesson uses.
    fn lock_file(&self) -> PathBuf {
        self.home.join("Cargo.lock")
    }

    /// The files in `target` that are not about the lesson's own code; nothing but
    /// that and its dependencies was built in it. The compiler's lists of what it has
    /// read are left out: of a submission's they are wanted alone. So is cargo's lock:
    /// with one for all places, one would wait for the other.
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

/// Removes every file in `target` that is not one of these.
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

/// What an earlier batch has noted of the dependencies; nothing when there was none.
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

/// All files in `target` but for what the compiler remembers, by their paths in it.
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

/// Links cost little, and the compiler writes to none of these files again.
fn link(first: &Place, target: &Path) -> Result<()> {
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
    Ok(())
}

/// In a place, beside its target: what is built in it of the dependencies. Noted before
/// the first submission comes, because what is there later may be a submission's.
const SHARED: &str = "shared.txt";
/// What the compiler remembers from one build to the next.
const MEMORY: &str = "incremental";
/// In `debug`, or in that of a system: `x86_64-unknown-linux-gnu/debug`.
const MEMORY_DEPTH: [usize; 2] = [2, 3];
/// Which cargo holds while it builds.
const CARGO_LOCK: &str = ".cargo-lock";

fn lock(home: &Path) -> Result<File> {
    let lock = File::create(home.join(".lock")).context("target/grade cannot be locked")?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("this lesson is being graded here already; try again when that has ended")
        }
        Err(TryLockError::Error(error)) => Err(error).context("target/grade cannot be locked"),
    }
}
