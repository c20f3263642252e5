//! The stages in order: the lessons, then the finished chat.

use anyhow::{Context, Result};

use course::{
    lessons::{Course, Names},
    manifest,
};

/// A lesson, or the finished chat.
pub struct Stage {
    /// Its folder, from the repository's root.
    pub folder: String,
    /// Its names: package, library, title.
    pub names: Names,
    /// Whether it is the finished chat.
    pub is_final: bool,
}

impl Stage {
    /// The package's name, by which cargo and people call the stage.
    pub fn package(&self) -> &str {
        &self.names.package
    }

    /// A file of the stage, from the repository's root.
    pub fn file(&self, path: &str) -> String {
        format!("{}/{path}", self.folder)
    }
}

/// The lesson of that number and every stage after it.
pub fn from(course: &Course, number: u32) -> Result<Vec<Stage>> {
    course.lesson(number)?;
    let lessons = course.lessons.iter();
    let mut stages: Vec<Stage> = lessons
        .filter(|lesson| lesson.number >= number)
        .map(|lesson| Stage {
            folder: course.shown(&lesson.path),
            names: Names::of_stage(lesson.number, &lesson.names.folder),
            is_final: false,
        })
        .collect();
    if course.root.join("final/Cargo.toml").is_file() {
        stages.push(finished(course)?);
    }
    Ok(stages)
}

fn finished(course: &Course) -> Result<Stage> {
    let manifest = manifest::read(&course.root.join("final"))?;
    let package = manifest::table(&manifest, "package");
    let name = package.and_then(|package| package.get("name")?.as_str());
    let name = name.context("final/Cargo.toml names no package")?;
    Ok(Stage {
        folder: "final".into(),
        names: Names::of_package(name),
        is_final: true,
    })
}
