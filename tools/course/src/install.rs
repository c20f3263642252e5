//! Makes a stage the student's chat.

use std::path::Path;

use anyhow::Result;

use crate::{
    history::{self, Outcome},
    lessons::{Course, Lesson},
    manifest, standalone,
    work::{Mover, Work},
};

/// The side effects of installing a new chat.
pub struct Installed {
    /// The name under which an earlier chat is kept.
    pub kept: Option<String>,
    /// Whether the new chat is committed.
    history: Outcome,
}

/// Makes the stage in `fresh` the chat for `lesson`, committed with `message`.
pub fn install(
    course: &Course,
    lesson: &Lesson,
    mover: &Mover,
    fresh: &Path,
    message: &str,
) -> Result<Installed> {
    manifest::mark(fresh, lesson.number)?;
    standalone::complete(course, lesson, fresh)?;
    let chat = Work::of(course).chat;
    let leaving = format!("Before lesson {:02}", lesson.number);
    let history = history::go_on(&chat, fresh, &leaving, message)?;
    Ok(Installed {
        kept: mover.install(fresh)?,
        history,
    })
}

/// Makes a stage, which `write` writes into a fresh folder, the student's chat.
pub fn install_fresh(
    course: &Course,
    lesson: &Lesson,
    message: &str,
    write: impl FnOnce(&Path) -> Result<()>,
) -> Result<Installed> {
    let work = Work::of(course);
    let mover = work.mover()?;
    let fresh = mover.fresh()?;
    write(&fresh)?;
    install(course, lesson, &mover, &fresh, message)
}

impl Installed {
    /// Where the chat that was there before is now.
    pub fn what_is_kept(&self) -> String {
        what_is_kept(self.kept.as_deref())
    }

    /// A warning when the new chat is not committed; empty otherwise.
    pub fn what_is_missing(&self) -> String {
        match &self.history {
            Outcome::Recorded => String::new(),
            Outcome::NoGit => "\nYour chat has no history: git is not installed.\n".into(),
            Outcome::Failed(said) => format!("\nThis is not committed in work/chat. {said}\n"),
        }
    }
}

/// Where the chat that was there before is now.
pub fn what_is_kept(kept: Option<&str>) -> String {
    match kept {
        Some(name) => format!(
            "What was in work/chat is kept: work/kept/{name}\n\
             To bring it back: cargo course restore {name}\n\n"
        ),
        None => String::new(),
    }
}
