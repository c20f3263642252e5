//! The parts that the programs of `cargo course` share.

use std::{io, process::ExitCode};

use anyhow::Result;

use crate::{lessons::Course, work::Work};

/// How the commands are called in help and in errors, whichever program runs them.
pub const NAME: &str = "cargo course";

/// The repository. If an earlier command was killed while it moved the chat, the move is
/// completed first.
pub fn open() -> Result<Course> {
    let course = Course::find()?;
    if let Err(error) = Work::of(&course).settle() {
        anstream::eprintln!("warning: {error:#}");
    }
    Ok(course)
}

/// Reports how a command has ended.
pub fn end(ended: Result<ExitCode>) -> ExitCode {
    match ended {
        Ok(code) => code,
        // A reader that closes the pipe, as `head` does, has seen enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
