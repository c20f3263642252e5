//! The events of the student's own chat: beginning a lesson, catching up, hints.

use serde::{Deserialize, Serialize};
use socketioxide::extract::{AckSender, State, TryData};

use super::{
    Workshop,
    checks::Whose,
    links::Links,
    markdown::Markdown,
    wire::{Refusal, acknowledge},
};
use course::{
    catch_up, hint,
    lessons::{Course, Lesson},
    start,
};

/// Page to workshop: `chat:start` and `chat:catch-up`.
#[derive(Debug, Deserialize)]
pub struct Install {
    lesson: u32,
    /// Whether the student knows that the present chat is put aside.
    #[serde(default)]
    confirmed: bool,
}

/// Answers `chat:start` and `chat:catch-up`.
#[derive(Debug, Serialize)]
struct Installed {
    lesson: u32,
    /// The message that the command prints in a terminal.
    message: String,
}

/// Page to workshop: `hint:show`.
#[derive(Debug, Deserialize)]
pub struct ShowHint {
    /// The level of the hint; without it, the hint after the last one shown.
    level: Option<usize>,
}

/// Answers `hint:show`.
#[derive(Debug, Serialize)]
struct HintShown {
    lesson: u32,
    level: usize,
    levels: usize,
    about: String,
    html: String,
}

/// `chat:start`: puts the start of a lesson into `work/chat`.
pub async fn start(
    State(workshop): State<Workshop>,
    TryData(payload): TryData<Install>,
    ack: AckSender,
) {
    let payload = payload.map_err(|_| Refusal::bad_payload());
    let installed = install(&workshop, payload, |course, lesson| {
        let installed = start::start(course, lesson)?;
        Ok(start::what_is_next(course, lesson, &installed))
    });
    acknowledge(ack, installed);
}

/// `chat:catch-up`: the finished lesson as the student's chat.
pub async fn catch_up(
    State(workshop): State<Workshop>,
    TryData(payload): TryData<Install>,
    ack: AckSender,
) {
    let payload = payload.map_err(|_| Refusal::bad_payload());
    let installed = install(&workshop, payload, |course, lesson| {
        let installed = catch_up::catch_up(course, lesson)?;
        Ok(catch_up::what_is_next(course, lesson, &installed))
    });
    acknowledge(ack, installed);
}

/// `hint:show`: the next hint for "Your turn", or that of a level.
pub async fn show_hint(
    State(workshop): State<Workshop>,
    TryData(payload): TryData<ShowHint>,
    ack: AckSender,
) {
    let payload = payload.map_err(|_| Refusal::bad_payload());
    let reply = payload.and_then(|payload| Ok(hint_of(&workshop, payload.level)?));
    acknowledge(ack, reply);
}

fn install(
    workshop: &Workshop,
    payload: Result<Install, Refusal>,
    installer: impl FnOnce(&Course, &Lesson) -> anyhow::Result<String>,
) -> Result<Installed, Refusal> {
    let payload = payload?;
    let lesson = workshop.course.lesson(payload.lesson);
    let lesson = lesson.map_err(|error| Refusal::new("unknown-lesson", format!("{error:#}")))?;
    if workshop.work().has_chat() && !payload.confirmed {
        return Err(Refusal::new(
            "would-keep",
            "What is in work/chat now will be kept in work/kept; \
             cargo course restore brings it back.",
        ));
    }
    workshop.checks.stop(Whose::Mine);
    Ok(Installed {
        lesson: lesson.number,
        message: installer(&workshop.course, lesson)?,
    })
}

fn hint_of(workshop: &Workshop, level: Option<usize>) -> anyhow::Result<HintShown> {
    let course = &workshop.course;
    let hint = hint::next(course, level)?;
    let lesson = course.lesson(hint.lesson)?;
    let links = Links {
        course,
        folder: &lesson.path,
    };
    Ok(HintShown {
        lesson: hint.lesson,
        level: hint.level,
        levels: hint.levels,
        html: Markdown::new(links).html(&hint.text)?,
        about: hint.about,
    })
}
