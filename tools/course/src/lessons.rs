//! The repository and its lessons, found by looking at `lessons/`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Serialize;

/// The last lesson of part one, which is complete in itself.
const LAST_OF_PART_ONE: u32 = 7;

/// The course is taught in two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// From an empty page to a chat: complete in itself.
    One,
    /// From there towards the finished chat.
    Two,
}

/// The repository: its root folder and its lessons in order.
pub struct Course {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Every folder `lessons/NN-name`, by number.
    pub lessons: Vec<Lesson>,
}

/// One stage of the chat.
pub struct Lesson {
    /// 4 for `04-messages`.
    pub number: u32,
    /// The folder itself.
    pub path: PathBuf,
    /// The names of its package and library.
    pub names: Names,
}

/// The names that differ between two stages although nothing changed.
pub struct Names {
    /// `lesson-04`
    pub package: String,
    /// `lesson_04`
    pub library: String,
    /// `04-messages`
    pub folder: String,
}

impl Part {
    /// The part that a lesson belongs to.
    pub fn of(lesson: u32) -> Part {
        if lesson <= LAST_OF_PART_ONE {
            Part::One
        } else {
            Part::Two
        }
    }

    /// As a heading above its lessons or days.
    pub fn title(self) -> &'static str {
        match self {
            Part::One => "Part one: the course",
            Part::Two => "Part two: towards the finished chat",
        }
    }
}

/// The items of each part below its title, which is missing if there is only one part.
pub type InParts<'a, T> = Vec<(Option<&'static str>, &'a [T])>;

/// Splits items that stand in the order of the lessons into those of each part.
pub fn in_parts<T>(items: &[T], part: impl Fn(&T) -> Part) -> InParts<'_, T> {
    let parts: Vec<&[T]> = items.chunk_by(|a, b| part(a) == part(b)).collect();
    let has_titles = parts.len() > 1;
    let title = |items: &[T]| has_titles.then(|| part(&items[0]).title());
    parts
        .into_iter()
        .map(|items| (title(items), items))
        .collect()
}

impl Course {
    /// Looks for the repository in the current folder and those above it.
    pub fn find() -> Result<Course> {
        let here = env::current_dir().context("the current folder cannot be read")?;
        let root = here
            .ancestors()
            .find(|folder| is_repository(folder))
            .with_context(|| {
                format!(
                    "{} is not inside the workshop's repository: \
                     there is no folder above it with Cargo.toml and lessons/",
                    here.display()
                )
            })?;
        Ok(Course {
            root: root.to_owned(),
            lessons: find_lessons(&root.join("lessons"))?,
        })
    }

    /// The lesson with that number, or an error that lists those that exist.
    pub fn lesson(&self, number: u32) -> Result<&Lesson> {
        let found = self.lessons.iter().find(|lesson| lesson.number == number);
        found.with_context(|| {
            let folders: Vec<&str> = self.folders().collect();
            format!(
                "there is no lesson {number:02}; the lessons are {}",
                folders.join(", ")
            )
        })
    }

    /// Every two neighbours: the stage before and the stage after.
    pub fn neighbours(&self) -> impl Iterator<Item = (&Lesson, &Lesson)> {
        self.lessons.windows(2).map(|pair| (&pair[0], &pair[1]))
    }

    /// Every term that the lessons use, explained.
    pub fn glossary(&self) -> PathBuf {
        self.root.join("lessons/glossary.md")
    }

    /// A path as people write it: from the repository's root.
    pub fn shown(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside.to_string_lossy().replace('\\', "/")
    }

    /// A line as people name it: `lessons/04-messages/README.md:12`.
    pub fn place(&self, path: &Path, line: usize) -> String {
        format!("{}:{line}", self.shown(path))
    }

    fn folders(&self) -> impl Iterator<Item = &str> {
        self.lessons
            .iter()
            .map(|lesson| lesson.names.folder.as_str())
    }
}

impl Lesson {
    /// The title in the first line of the lesson's page, if it has one.
    pub fn title(&self) -> Option<String> {
        let page = fs::read_to_string(self.path.join("README.md")).ok()?;
        title_of(page.lines().next()?, self.number)
    }

    /// The lesson's page.
    pub fn page(&self) -> PathBuf {
        self.path.join("README.md")
    }
}

/// `Messages` for `# Lesson 04: Messages`.
pub fn title_of(first_line: &str, number: u32) -> Option<String> {
    let title = first_line.strip_prefix(&format!("# Lesson {number:02}: "))?;
    (!title.trim().is_empty()).then(|| title.trim().to_owned())
}

impl Names {
    /// The names of the stage in `folder`.
    pub fn of_stage(number: u32, folder: &str) -> Names {
        Names {
            package: format!("lesson-{number:02}"),
            library: format!("lesson_{number:02}"),
            folder: folder.to_owned(),
        }
    }

    /// The names of a crate that is not a stage.
    pub fn of_package(package: &str) -> Names {
        Names {
            package: package.to_owned(),
            library: package.replace('-', "_"),
            folder: package.to_owned(),
        }
    }

    /// Names of no stage, for comparing texts of different stages.
    pub fn neutral() -> Names {
        Names::of_package("lesson-NN")
    }

    /// `text` with these names replaced by those of `other`.
    pub fn replaced(&self, text: &str, other: &Names) -> String {
        // The folder comes last: a student's crate has the same name for folder and package.
        text.replace(&self.package, &other.package)
            .replace(&self.library, &other.library)
            .replace(&self.folder, &other.folder)
    }
}

/// Not a student's chat, whatever is in it.
fn is_repository(folder: &Path) -> bool {
    let has_folders = ["lessons", "work"]
        .iter()
        .all(|name| folder.join(name).is_dir());
    has_folders && folder.join("Cargo.toml").is_file()
}

fn find_lessons(folder: &Path) -> Result<Vec<Lesson>> {
    let mut lessons = Vec::new();
    for name in subfolders(folder)? {
        if let Some(number) = number_of(&name) {
            lessons.push(Lesson {
                number,
                path: folder.join(&name),
                names: Names::of_stage(number, &name),
            });
        }
    }
    if lessons.is_empty() {
        bail!("{} holds no folder named NN-name", folder.display());
    }
    Ok(lessons)
}

/// The names of the folders in `folder`, sorted.
pub fn subfolders(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// 4 for `04-messages`, nothing for a folder that is not a lesson.
pub fn number_of(folder: &str) -> Option<u32> {
    let (digits, name) = folder.split_once('-')?;
    let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !name.is_empty() {
        digits.parse().ok()
    } else {
        None
    }
}
