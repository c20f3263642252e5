//! Running cargo.

use std::{env, process::Command};

/// The cargo that runs this program, or the one in the path.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
