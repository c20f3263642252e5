//! The step of its lesson's page that an excerpt belongs to.

use std::{
    cell::RefCell,
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
};

use anyhow::Result;

use course::{
    lessons::{Course, Lesson, Names},
    steps::{self, Moment, lay, state::State},
};

/// The lessons' pages, each followed once, when it is first asked for.
pub struct Steps<'a> {
    /// The repository.
    pub course: &'a Course,
    followed: RefCell<BTreeMap<u32, Vec<State>>>,
}

impl<'a> Steps<'a> {
    /// Nothing is followed yet.
    pub fn new(course: &'a Course) -> Steps<'a> {
        Steps {
            course,
            followed: RefCell::default(),
        }
    }

    /// The first moment of the lesson at which the file has these lines together; `None` for
    /// a file that the page does not show how to write.
    pub fn moment(&self, path: &Path, lines: &[&str]) -> Result<Option<Moment>> {
        let file = self.course.root.join(path);
        let mut lessons = self.course.lessons.iter();
        let Some(lesson) = lessons.find(|lesson| file.starts_with(&lesson.path)) else {
            return Ok(None);
        };
        let inside = file.strip_prefix(&lesson.path)?;
        let inside = inside.to_string_lossy().replace('\\', "/");
        let wanted = lesson.names.replaced(&lines.join("\n"), &Names::neutral());
        let wanted = essential(&wanted);
        let mut followed = self.followed.borrow_mut();
        let states = match followed.entry(lesson.number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(follow(self.course, lesson)?),
        };
        let first = states.iter().find(|state| {
            let text = state.files.get(&inside);
            text.is_some_and(|text| contains(&essential(text), &wanted))
        });
        Ok(first.map(|state| state.moment))
    }
}

fn follow(course: &Course, lesson: &Lesson) -> Result<Vec<State>> {
    match lay::is_told(lesson)? {
        true => Ok(steps::replay(course, lesson)?.states),
        false => Ok(Vec::new()),
    }
}

/// The lines without indentation, blank ones and documentation: the page may show
/// them without, and a slide does.
fn essential(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("///"))
        .collect()
}

fn contains(lines: &[&str], wanted: &[&str]) -> bool {
    !wanted.is_empty() && lines.windows(wanted.len()).any(|window| window == wanted)
}
