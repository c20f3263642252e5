//! A student's chat for lesson 2, and checks of it.

use super::Repository;

/// The library of the chat.
pub const LIBRARY: &str = "work/chat/src/lib.rs";
/// A module of it.
pub const FAREWELL: &str = "work/chat/src/farewell.rs";
/// A file of its tests.
pub const TEST: &str = "work/chat/tests/greeting.rs";

/// Lesson 2 begun, and so far that only the greeting is missing.
pub fn begun() -> Repository {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    write_farewell(&repository);
    repository
}

/// Lesson 2 with everything that it wants.
pub fn finished() -> Repository {
    let repository = begun();
    repository.replace(LIBRARY, "\"hello\"", "\"hello!\"");
    repository
}

/// Writes the last word of lesson 2.
pub fn write_farewell(repository: &Repository) {
    let farewell = repository.read("lessons/02-farewell/src/farewell.rs");
    repository.write(FAREWELL, &farewell);
    repository.replace(LIBRARY, "    greeting()", "    farewell::farewell()");
    repository.append(LIBRARY, "pub mod farewell;\n");
}

/// The output of a check that fails.
pub fn said(repository: &Repository, words: &[&str]) -> String {
    let ran = repository.course(&[&["check"], words].concat());
    assert!(!ran.is_ok, "{}", ran.out);
    assert_eq!(ran.error, "");
    ran.out
}
