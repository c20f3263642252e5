//! A submission in a place of its own: its code, and everything else as the lesson
//! has it.

use std::{
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::find_chat;
use crate::{
    files, graded,
    lessons::{Course, Lesson},
    manifest,
    work::Work,
    workspace,
};

/// A workspace with one member, in a folder that is used again and again: what the
/// compiler remembers holds only for the same path.
pub struct Sandbox {
    folder: PathBuf,
    /// What the member's package is called, and so its program.
    package: String,
    /// The member's folder from the workspace's root: `lessons/05-connect-disconnect`.
    member: PathBuf,
}

impl Sandbox {
    /// The place in `folder`, which may be there already.
    pub fn at(folder: PathBuf, lesson: &Lesson) -> Sandbox {
        let member = Path::new("lessons").join(&lesson.names.folder);
        let package = lesson.names.package.clone();
        Sandbox {
            folder,
            package,
            member,
        }
    }

    /// Takes the chat in `chat`, in the place of whatever was there before.
    pub fn fill(&self, course: &Course, lesson: &Lesson, chat: &Path) -> Result<()> {
        for folder in [self.workspace(), self.temporary()] {
            remove(&folder)?;
        }
        workspace::write(course, &self.workspace())?;
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

    /// Where it is built.
    pub fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// What the program is called that cargo builds.
    pub fn program(&self) -> String {
        format!("{}{}", self.package, env::consts::EXE_SUFFIX)
    }

    /// Where the compiler may put what it needs for a moment.
    pub fn temporary(&self) -> PathBuf {
        self.folder.join("temporary")
    }

    /// The member's folder.
    pub fn chat(&self) -> PathBuf {
        self.workspace().join(&self.member)
    }

    /// The lesson's manifest: only the library's name is the submission's, so that
    /// its code need not be changed. It has one program: cargo looks for no other
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

/// The crate that `start` has made takes the lesson's names again.
fn renamed(content: Vec<u8>, lesson: &Lesson) -> Vec<u8> {
    match String::from_utf8(content) {
        Ok(text) => Work::names().replaced(&text, &lesson.names).into_bytes(),
        Err(no_text) => no_text.into_bytes(),
    }
}

/// Removes a folder, if it is there.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", folder.display()))
        }
        _ => Ok(()),
    }
}

/// What the submission's manifest calls its library; a manifest that cannot be
/// read, or calls it by no name of Rust's, is taken for the lesson's.
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
