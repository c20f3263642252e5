//! States that were proven before: none is built again until something changes on
//! which it depends.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::member::Built;
use course::{cargo, files, inputs, lessons::Course, manifest};

/// A file for each proven state. Its name is a hash of everything that the state depends on.
pub struct Proven {
    folder: PathBuf,
    /// A hash of everything that all states depend on.
    shared: u64,
}

impl Proven {
    /// The proven states of the course.
    pub fn of(course: &Course) -> Result<Proven> {
        let mut hasher = DefaultHasher::new();
        for path in ["Cargo.toml", "Cargo.lock"] {
            fs::read(course.root.join(path)).ok().hash(&mut hasher);
        }
        hash_folder(&course.root.join("static"), &mut hasher)?;
        for path in manifest::local_dependencies(&manifest::read(&course.root)?) {
            hash_folder(&course.root.join(path), &mut hasher)?;
        }
        Ok(Proven {
            folder: cargo::target_folder(course)?.join("course/proven"),
            shared: hasher.finish(),
        })
    }

    /// Whether everything that the page says about the state has been proven.
    pub fn has(&self, built: &Built) -> Result<bool> {
        Ok(self.file(built)?.is_file())
    }

    /// Notes that it was.
    pub fn note(&self, built: &Built) -> Result<()> {
        files::write(&self.file(built)?, "")
    }

    fn file(&self, built: &Built) -> Result<PathBuf> {
        let mut hasher = DefaultHasher::new();
        self.shared.hash(&mut hasher);
        built.state.files.hash(&mut hasher);
        hash_folder(&built.part.lesson.path.join("tests"), &mut hasher)?;
        for row in &built.part.rows {
            let is_due = row
                .moment
                .is_some_and(|moment| moment <= built.state.moment);
            let names = row.tests.iter().map(|test| (test.to_string(), is_due));
            names.collect::<BTreeMap<_, _>>().hash(&mut hasher);
        }
        Ok(self.folder.join(format!("{:016x}", hasher.finish())))
    }
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if folder.is_dir() {
        inputs::read(folder)?.hash(hasher);
    }
    Ok(())
}
