//! A workspace for a moment, in which tests of one stage meet other code: that of
//! another stage, or that of a step.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tempfile::TempDir;
use toml_edit::{DocumentMut, value};

use course::{
    cargo, files,
    lessons::{Course, Lesson, Names},
    manifest, workspace,
};

/// A crate of the workspace.
pub trait Member {
    /// The name of its package.
    fn name(&self) -> String;
    /// Writes its files: library, tests, manifest.
    fn write(&self, folder: &Path) -> Result<()>;
}

/// The code of one stage with tests of another.
pub struct Pairing<'a> {
    /// Where the tests come from.
    pub tests: &'a Lesson,
    /// Where the code comes from.
    pub code: &'a Lesson,
}

impl Pairing<'_> {
    /// The pairing in words.
    pub fn title(&self) -> String {
        format!("{:02} on {:02}", self.tests.number, self.code.number)
    }
}

impl Member for Pairing<'_> {
    /// `tests-05-on-06`
    fn name(&self) -> String {
        format!("tests-{:02}-on-{:02}", self.tests.number, self.code.number)
    }

    fn write(&self, folder: &Path) -> Result<()> {
        let (code, tests) = (self.code, self.tests);
        let names = Names::of_package(&self.name());
        let is_code = |file: &str| !file.starts_with("tests/") && !files::is_of_page(file);
        files::copy_renamed((&code.path, &code.names), (folder, &names), is_code)?;
        add_tests(tests, folder, &names)
    }
}

/// Adds the lesson's tests to a member, and makes its manifest build little more.
pub fn add_tests(lesson: &Lesson, folder: &Path, names: &Names) -> Result<()> {
    let is_test = |file: &str| file.starts_with("tests/");
    files::copy_renamed((&lesson.path, &lesson.names), (folder, names), is_test)?;
    let mut manifest = manifest::read(folder)?;
    adapt_member(&mut manifest, &manifest::read(&lesson.path)?)?;
    if !tests_start_program(lesson)? {
        manifest.remove("bin");
    }
    files::write(&folder.join("Cargo.toml"), manifest.to_string())
}

/// The workspace; its folder is removed when this goes out of scope.
pub struct Scratch {
    folder: TempDir,
    /// Cargo's target folder: the same as for the student, so that dependencies are not
    /// compiled again.
    pub target: PathBuf,
}

impl Scratch {
    /// Writes a workspace with these members.
    pub fn write(course: &Course, members: &[impl Member]) -> Result<Scratch> {
        let target = cargo::target_folder(course)?;
        let home = target.join("course");
        fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
        let folder = tempfile::Builder::new()
            .prefix("verify-")
            .tempdir_in(&home)?;
        let scratch = Scratch { folder, target };
        let names: Vec<String> = members.iter().map(Member::name).collect();
        workspace::write(course, scratch.path(), &names)?;
        for member in members {
            member.write(&scratch.member(&member.name()))?;
        }
        Ok(scratch)
    }

    /// The workspace's folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of a member, as deep as a lesson's.
    pub fn member(&self, name: &str) -> PathBuf {
        self.path().join("lessons").join(name)
    }
}

/// Whether the lesson's tests start its program, with flags or variables.
fn tests_start_program(lesson: &Lesson) -> Result<bool> {
    for file in files::list(&lesson.path)? {
        if file.starts_with("tests/") && file.ends_with(".rs") {
            let text = files::read(&lesson.path.join(file))?;
            if text.contains("CARGO_BIN_EXE_") {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Only the library and the tests are wanted, so nothing else is built.
fn adapt_member(manifest: &mut DocumentMut, tests: &DocumentMut) -> Result<()> {
    manifest["package"]["autobins"] = value(false);
    manifest["lib"]["test"] = value(false);
    manifest["lib"]["doctest"] = value(false);
    manifest::add_dev_dependencies(manifest, tests);
    Ok(())
}
