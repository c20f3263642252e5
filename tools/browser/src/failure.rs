//! The report of a failed test: its steps, the pages' errors, and pictures.

use std::{cell::RefCell, fs, panic, path::PathBuf};

use thirtyfour::BrowserLogEntry;

use crate::{server::target_dir, window::Window};

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the words of a panic for [`reason`] instead of printing them amid the results.
pub fn remember_panics() {
    panic::set_hook(Box::new(|panic| {
        let words = panic.payload_as_str().unwrap_or("a panic without words");
        let place = panic.location().map(|at| format!("\n({at})"));
        let text = format!("{words}{}", place.unwrap_or_default());
        LAST_PANIC.with_borrow_mut(|last| *last = text);
    }));
}

/// Why the test on this thread has panicked.
pub fn reason() -> String {
    LAST_PANIC.take()
}

/// The errors of a page since it was opened, a script's and the browser's own.
pub async fn page_errors(window: &Window, ignores_network: bool) -> Vec<String> {
    match window.driver().browser_log().await {
        Ok(entries) => entries
            .iter()
            .filter(|entry| entry.level == "SEVERE" && !is_refused_focus(entry))
            .filter(|entry| !(ignores_network && is_network(entry)))
            .map(|entry| format!("{}: {}", window.name, entry.message))
            .collect(),
        Err(error) => vec![format!("{}: {error}", window.name)],
    }
}

/// Takes a picture of each window; says where they are.
pub async fn pictures(test: &str, windows: &[Window]) -> Vec<String> {
    let mut paths = Vec::new();
    for window in windows {
        let path = picture_path(test, &window.name);
        let taken = window.driver().screenshot(&path).await;
        paths.push(match taken {
            Ok(()) => path.display().to_string(),
            Err(error) => format!("{}: {error}", window.name),
        });
    }
    paths
}

/// A heading and its lines; nothing when there are none.
pub fn section(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{heading}:\n  {}\n", lines.join("\n  "))
}

/// A page in a frame of another page may not take the focus, and needs not.
fn is_refused_focus(entry: &BrowserLogEntry) -> bool {
    entry.message.contains("Blocked autofocusing on a")
}

fn is_network(entry: &BrowserLogEntry) -> bool {
    entry.source.as_deref() == Some("network")
}

fn picture_path(test: &str, window: &str) -> PathBuf {
    let folder = target_dir().join("browser");
    // Without the folder, the picture itself says what is wrong.
    let _ = fs::create_dir_all(&folder);
    let name = format!("{test} {window}").replace(|c: char| !c.is_alphanumeric() && c != '_', "-");
    folder.join(format!("{name}.png"))
}
