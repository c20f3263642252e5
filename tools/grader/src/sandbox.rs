//! A workspace for one submission: the student's code, and everything else from the
//! lesson.

use std::{
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::find_chat;
use course::{
    files, graded,
    lessons::{Course, Lesson},
    manifest,
    work::Work,
    workspace,
};

/// A workspace with one member. Its folder is reused, because the compiler's incremental
/// data is valid only for the same path.
pub struct Sandbox {
    /// Everything is in this folder.
    pub folder: PathBuf,
    /// The name of the member's package and of its program.
    package: String,
    /// The member's folder from the workspace's root: `lessons/05-connect-disconnect`.
    member: PathBuf,
}

impl Sandbox {
    /// A sandbox in `folder`, which may exist already.
    pub fn at(folder: PathBuf, lesson: &Lesson) -> Sandbox {
        let member = Path::new("lessons").join(&lesson.names.folder);
        let package = lesson.names.package.clone();
        Sandbox {
            folder,
            package,
            member,
        }
    }

    /// Replaces the previous submission with the one in `chat`.
    pub fn fill(&self, course: &Course, lesson: &Lesson, chat: &Path) -> Result<()> {
        for folder in [self.workspace(), self.temporary()] {
            remove(&folder)?;
        }
        let name = lesson.names.folder.clone();
        workspace::write(course, &self.workspace(), &[name])?;
        let library = library_of(chat, lesson);
        self.write_manifest(lesson, &library)?;
        self.copy_code(chat, lesson)?;
        fs::create_dir_all(self.temporary())?;
        Ok(())
    }

    /// The workspace's root.
    pub fn workspace(&self) -> PathBuf {
        self.folder.join("workspace")
    }

    /// Cargo's target folder.
    pub fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// The file name of the program that cargo builds.
    pub fn program(&self) -> String {
        format!("{}{}", self.package, env::consts::EXE_SUFFIX)
    }

    /// The folder for temporary files.
    pub fn temporary(&self) -> PathBuf {
        self.folder.join("temporary")
    }

    /// The member's folder.
    pub fn chat(&self) -> PathBuf {
        self.workspace().join(&self.member)
    }

    /// Writes the lesson's manifest with the submission's library name, so that its code
    /// works unchanged. The manifest names the only program, so cargo looks for no others
    /// among the submission's files.
    fn write_manifest(&self, lesson: &Lesson, library: &str) -> Result<()> {
        let mut manifest: DocumentMut = manifest::read(&lesson.path)?;
        manifest.remove("dev-dependencies");
        manifest.remove("test");
        for found in [
            "build",
            "autobins",
            "autoexamples",
            "autotests",
            "autobenches",
        ] {
            manifest["package"][found] = value(false);
        }
        manifest["bin"] = Item::ArrayOfTables(self.program_table());
        manifest["lib"]["name"] = value(library);
        files::write(&self.chat().join("Cargo.toml"), manifest.to_string())
    }

    fn program_table(&self) -> ArrayOfTables {
        let mut program = Table::new();
        program.insert("name", value(&self.package));
        program.insert("path", value("src/main.rs"));
        ArrayOfTables::from_iter([program])
    }

    fn copy_code(&self, chat: &Path, lesson: &Lesson) -> Result<()> {
        for path in graded::files(chat)? {
            let content = fs::read(chat.join(&path))
                .with_context(|| format!("{} cannot be read", path.display()))?;
            let content = match path.extension().is_some_and(|end| end == "rs") {
                true => renamed(content, lesson),
                false => content,
            };
            files::write(&self.chat().join(path), content)?;
        }
        Ok(())
    }
}

/// Restores the lesson's names in a crate that `start` created.
fn renamed(content: Vec<u8>, lesson: &Lesson) -> Vec<u8> {
    match String::from_utf8(content) {
        Ok(text) => Work::names().replaced(&text, &lesson.names).into_bytes(),
        Err(no_text) => no_text.into_bytes(),
    }
}

/// Removes a folder, if it exists.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", folder.display()))
        }
        _ => Ok(()),
    }
}

/// The library's name in the submission's manifest; the lesson's name if the manifest
/// cannot be read or its name is not a Rust identifier.
fn library_of(chat: &Path, lesson: &Lesson) -> String {
    let named = find_chat::manifest_of(chat).and_then(|manifest| {
        let library = manifest.get("lib").and_then(|lib| lib.get("name"));
        let library = library.and_then(|name| name.as_str().map(str::to_owned));
        let package = manifest.get("package").and_then(|table| table.get("name"));
        let package = package.and_then(|name| Some(name.as_str()?.replace('-', "_")));
        library.or(package)
    });
    let is_name = |name: &String| syn::parse_str::<syn::Ident>(name).is_ok();
    named
        .filter(|name| *name != Work::names().library)
        .filter(is_name)
        .unwrap_or_else(|| lesson.names.library.clone())
}
