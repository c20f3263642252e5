//! The messages of cargo with `--message-format=json`: a line for each file that it has
//! built, and for each complaint of the compiler.
//!
//! Not with the crate `cargo_metadata`: it switches on a feature of `serde_json`, so axum,
//! and everything else that the tools and a chat share, would be compiled once for each.

use std::path::PathBuf;

use serde::Deserialize;

/// A message that matters to the tools.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Message {
    /// Files were built, or found up to date.
    CompilerArtifact(Artifact),
    /// The compiler complains.
    CompilerMessage(Complaint),
    /// Anything else.
    #[serde(other)]
    Other,
}

/// The files of a target.
#[derive(Deserialize)]
pub struct Artifact {
    /// The `Cargo.toml` of the package.
    pub manifest_path: PathBuf,
    /// The part of the package.
    pub target: Target,
    /// How it was built.
    pub profile: Profile,
    /// All files.
    pub filenames: Vec<PathBuf>,
    /// The one that can run.
    pub executable: Option<PathBuf>,
}

/// A part of a package.
#[derive(Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// `lib`, `bin`, `test`, …
    pub kind: Vec<String>,
}

/// How a target was built.
#[derive(Deserialize)]
pub struct Profile {
    /// Whether for tests.
    pub test: bool,
}

/// A complaint of the compiler about a target.
#[derive(Deserialize)]
pub struct Complaint {
    /// The `Cargo.toml` of the package.
    pub manifest_path: PathBuf,
    /// The part of the package.
    pub target: Target,
    /// The words.
    pub message: Diagnostic,
}

/// The words of a complaint, and the places that they are about.
#[derive(Deserialize)]
pub struct Diagnostic {
    /// In short.
    pub message: String,
    level: String,
    /// As the compiler shows it.
    pub rendered: Option<String>,
    /// The places.
    pub spans: Vec<Span>,
}

/// Lines of a file.
#[derive(Deserialize)]
pub struct Span {
    /// The file, as it was named to the compiler.
    pub file_name: String,
    /// The first line.
    pub line_start: usize,
    /// Whether the complaint is about this place above all.
    pub is_primary: bool,
}

impl Message {
    /// Reads a line. Something that the compiler runs may print there, too.
    pub fn read(line: &str) -> Message {
        serde_json::from_str(line).unwrap_or(Message::Other)
    }
}

impl Diagnostic {
    /// Whether it keeps the target from being built.
    pub fn is_error(&self) -> bool {
        self.level.starts_with("error")
    }

    /// Whether it only sums up those before.
    pub fn is_summary(&self) -> bool {
        self.message.starts_with("aborting due to") || self.level == "failure-note"
    }
}
