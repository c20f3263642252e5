//! What all submissions begin with: the lesson's dependencies, and what the compiler
//! remembers of the lesson's own code.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::{
    build::Builder,
    scratch::{self, Scratch},
};
use crate::{
    cargo,
    lessons::{Course, Lesson},
};

/// Where submissions are built, for one batch at a time.
pub struct Warm {
    home: PathBuf,
    /// What cargo calls the files of the lesson itself.
    own: [String; 2],
    // The operating system gives the lock back when the process ends, however it ends.
    _lock: File,
}

impl Warm {
    /// The only user of the lesson's folder, as long as it lives.
    pub fn up(course: &Course, lesson: &Lesson) -> Result<Warm> {
        let home = cargo::target_folder(course)?.join("grade");
        let home = home.join(&lesson.names.package);
        fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
        Ok(Warm {
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
    ) -> Result<Vec<Scratch>> {
        scratch::remove(&self.home.join("unpacked"))?;
        let mut places: Vec<Scratch> = Vec::new();
        for number in 1..=count {
            let place = Scratch::at(self.home.join(format!("place-{number}")), lesson);
            place.fill(course, lesson, &lesson.path)?;
            if place.base().exists() {
                scratch::remove(&place.target())?;
                fs::rename(place.base(), place.target())?;
            } else if let Some(first) = places.first() {
                scratch::remove(&place.target())?;
                self.link(&first.base(), &place.target(), false)?;
            }
            // Otherwise there is nothing yet, or what a run has left that was stopped
            // right here.
            builder.build_lesson(&place)?;
            fs::rename(place.target(), place.base())?;
            fs::copy(place.workspace().join("Cargo.lock"), self.lock_file())?;
            places.push(place);
        }
        Ok(places)
    }

    /// Lets a submission begin where the lesson's own code has ended: nothing that
    /// another submission has built is there.
    pub fn give(&self, place: &Scratch) -> Result<()> {
        fs::copy(self.lock_file(), place.workspace().join("Cargo.lock"))?;
        scratch::remove(&place.target())?;
        self.link(&place.base(), &place.target(), true)
    }

    /// The versions of the dependencies, cut down to those that the lesson uses.
    fn lock_file(&self) -> PathBuf {
        self.home.join("Cargo.lock")
    }

    /// Links cost little, and the compiler writes to none of these files: it makes
    /// new ones. The lesson's own are left out, so that each crate is built.
    fn link(&self, source: &Path, target: &Path, with_memory: bool) -> Result<()> {
        let own = |name: &str| self.own.iter().any(|own| name.contains(own.as_str()));
        let memory = source.join("debug").join(MEMORY);
        let entries = WalkDir::new(source).into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            match entry.path().starts_with(&memory) {
                true => with_memory,
                false => entry.depth() == 0 || !own(&name),
            }
        });
        for entry in entries {
            let entry = entry?;
            let path = target.join(entry.path().strip_prefix(source)?);
            if entry.file_type().is_dir() {
                fs::create_dir_all(&path)?;
            } else if !is_list(entry.path()) {
                fs::hard_link(entry.path(), &path)
                    .with_context(|| format!("{} cannot be linked", path.display()))?;
            }
        }
        Ok(())
    }
}

/// What the compiler remembers from one build to the next.
const MEMORY: &str = "incremental";

/// The compiler's lists of what it has read: of the submission's they are wanted alone.
fn is_list(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "d")
}

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
