//! What each test is worth.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{files, lessons::Lesson};

/// The file in a lesson's folder; without it every test is worth a point.
pub const FILE: &str = "points.toml";

/// The points of each test, by name.
pub type Points = BTreeMap<String, u32>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    points: Points,
}

/// The points of these tests: one each, unless the lesson says otherwise.
pub fn of(lesson: &Lesson, tests: &[String]) -> Result<Points> {
    let mut points: Points = tests.iter().map(|name| (name.clone(), 1)).collect();
    let path: PathBuf = lesson.path.join(FILE);
    if !path.is_file() {
        return Ok(points);
    }
    let file: File = toml_edit::de::from_str(&files::read(&path)?)
        .with_context(|| format!("{} is not valid", path.display()))?;
    for (name, worth) in file.points {
        match points.get_mut(&name) {
            Some(point) => *point = worth,
            None => bail!("{} names {name}, and there is no such test", path.display()),
        }
    }
    Ok(points)
}
