//! A workspace for a moment, in which tests of one stage meet the code of
//! another.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tempfile::TempDir;
use toml_edit::{DocumentMut, value};

use crate::{
    cargo, files,
    lessons::{Course, Lesson, Names},
    manifest, workspace,
};

/// The code of one stage with tests of another.
pub struct Pairing<'a> {
    /// Where the tests come from.
    pub tests: &'a Lesson,
    /// Where the code comes from.
    pub code: &'a Lesson,
}

impl Pairing<'_> {
    /// The name of the member: `tests-05-on-06`.
    pub fn name(&self) -> String {
        format!("tests-{:02}-on-{:02}", self.tests.number, self.code.number)
    }

    /// The pairing in words.
    pub fn title(&self) -> String {
        format!("{:02} on {:02}", self.tests.number, self.code.number)
    }
}

/// The workspace; its folder is removed when this goes out of scope.
pub struct Scratch {
    folder: TempDir,
    /// Where cargo puts what it builds: the same place as for the student, so
    /// that dependencies are not compiled again.
    pub target: PathBuf,
}

impl Scratch {
    /// Writes a workspace with one member for each pairing.
    pub fn write(course: &Course, pairings: &[Pairing]) -> Result<Scratch> {
        let target = cargo::target_folder(course)?;
        let home = target.join("course");
        fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
        let folder = tempfile::Builder::new()
            .prefix("verify-")
            .tempdir_in(&home)?;
        let scratch = Scratch { folder, target };
        workspace::write(course, scratch.path())?;
        for pairing in pairings {
            scratch.write_member(pairing)?;
        }
        Ok(scratch)
    }

    /// The workspace's folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of a pairing, as deep as a lesson's.
    pub fn member(&self, pairing: &Pairing) -> PathBuf {
        self.path().join("lessons").join(pairing.name())
    }

    fn write_member(&self, pairing: &Pairing) -> Result<()> {
        let (code, tests, member) = (pairing.code, pairing.tests, self.member(pairing));
        let names = Names::of_package(&pairing.name());
        let is_code = |file: &str| !file.starts_with("tests/") && file != "README.md";
        files::copy_renamed((&code.path, &code.names), (&member, &names), is_code)?;
        let is_test = |file: &str| file.starts_with("tests/");
        files::copy_renamed((&tests.path, &tests.names), (&member, &names), is_test)?;
        let mut manifest = manifest::read(&member)?;
        adapt_member(&mut manifest, &manifest::read(&tests.path)?)?;
        files::write(&member.join("Cargo.toml"), manifest.to_string())
    }
}

/// Only the library and the tests are wanted, so nothing else is built.
fn adapt_member(manifest: &mut DocumentMut, tests: &DocumentMut) -> Result<()> {
    manifest.remove("bin");
    manifest["package"]["autobins"] = value(false);
    manifest["lib"]["test"] = value(false);
    manifest["lib"]["doctest"] = value(false);
    manifest::add_dev_dependencies(manifest, tests);
    Ok(())
}
