//! Merging the change of one stage into the next.

use std::collections::BTreeMap;

use anyhow::Result;

use super::stage::Stage;
use course::git::Git;
use course::line_diff::{self, ALIKE, Lines};

/// A file before and after; nothing where there is no such file.
pub struct Change {
    /// Before.
    pub old: Option<Vec<u8>>,
    /// After.
    pub new: Option<Vec<u8>>,
}

/// The files that changed, by their path in the stage.
pub type Changes = BTreeMap<String, Change>;

/// The outcome of a change for a file of the next stage.
pub enum Outcome {
    /// The file is as it should be.
    Nothing,
    /// Its new text; nothing when the file goes.
    Taken(Option<Vec<u8>>),
    /// Both have changed the same lines: the text with git's marks.
    Conflict(Vec<u8>),
    /// It cannot be merged line by line, for this reason; the file stays.
    Clash(&'static str),
    /// It has no place here, for this reason; the file stays.
    Foreign(&'static str),
}

impl Outcome {
    /// The file as the outcome leaves it.
    pub fn result(&self, own: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match self {
            Outcome::Taken(text) => text.clone(),
            Outcome::Conflict(text) => Some(text.clone()),
            _ => own,
        }
    }

    /// Whether an author has to decide.
    pub fn is_open(&self) -> bool {
        matches!(self, Outcome::Conflict(_) | Outcome::Clash(_))
    }
}

/// The changes in the words of another stage.
pub fn renamed(changes: Changes, from: &Stage, to: &Stage) -> Changes {
    let rename = |text: Option<Vec<u8>>| {
        text.map(|text| match String::from_utf8(text) {
            Ok(text) => from.names.replaced(&text, &to.names).into_bytes(),
            Err(not_text) => not_text.into_bytes(),
        })
    };
    let change = |change: Change| Change {
        old: rename(change.old),
        new: rename(change.new),
    };
    let renamed = changes.into_iter();
    renamed.map(|(path, one)| (path, change(one))).collect()
}

/// Merges a change, in the words of stage `to`, into the file that `to` has.
pub fn merge(
    git: &Git,
    change: &Change,
    own: Option<&[u8]>,
    (from, to): (&Stage, &Stage),
) -> Result<Outcome> {
    let (old, new) = (change.old.as_deref(), change.new.as_deref());
    if own == new {
        return Ok(Outcome::Nothing);
    }
    if to.is_final && !own.is_some_and(|own| old.is_some_and(|old| is_alike(own, old))) {
        return Ok(Outcome::Foreign(
            "the finished chat has no such file, or quite another",
        ));
    }
    if own == old {
        return Ok(Outcome::Taken(new.map(<[u8]>::to_vec)));
    }
    match (own, new) {
        (None, _) => Ok(Outcome::Foreign("there is no such file any more")),
        (_, None) => Ok(Outcome::Clash("removed before, but changed here")),
        (Some(own), Some(new)) if own.contains(&0) || new.contains(&0) => {
            Ok(Outcome::Clash("not text"))
        }
        (Some(own), Some(new)) => {
            let base = format!("{} before", from.package());
            let labels = [to.package(), &base, from.package()];
            let (text, is_conflict) = git.merge([own, old.unwrap_or(b""), new], labels)?;
            Ok(match is_conflict {
                true => Outcome::Conflict(text),
                false if text == own => Outcome::Nothing,
                false => Outcome::Taken(Some(text)),
            })
        }
    }
}

/// The change that a stage passes to the next, when `own` became `present` by a change.
pub fn handed_on(change: Change, own: Option<Vec<u8>>, present: Option<Vec<u8>>) -> Option<Change> {
    let (is_changed, had_it) = (own != present, own == change.new);
    match (is_changed, had_it) {
        (true, _) => Some(Change {
            old: own,
            new: present,
        }),
        // The stage has the change already; the later stages may not.
        (false, true) => Some(change),
        (false, false) => None,
    }
}

/// Whether the two files have enough lines in common. Some files of the finished chat
/// share only their name with a lesson's file.
fn is_alike(one: &[u8], other: &[u8]) -> bool {
    let [one, other] = [one, other].map(|text| Lines::plain(&String::from_utf8_lossy(text)));
    line_diff::likeness(&one, &other) >= ALIKE
}
