//! Which errors of the database would come again.

use std::borrow::Cow;

use sqlx::Error;

/// SQLite's primary result codes for data that it refuses: TOOBIG, CONSTRAINT, MISMATCH.
/// <https://www.sqlite.org/rescode.html>
const SQLITE_REFUSALS: [u32; 3] = [18, 19, 20];
/// The lower byte of an extended result code is the primary one.
const SQLITE_PRIMARY: u32 = 0xff;
/// PostgreSQL's classes for data that it refuses: data exception, integrity constraint violation,
/// program limit exceeded, and an exception that a function raises.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const POSTGRES_REFUSALS: [&str; 4] = ["22", "23", "54", "P0"];
/// The length of such a class. A code of PostgreSQL always has five characters.
const POSTGRES_CODE_CHARS: usize = 5;

/// Whether the database refuses the data itself: with the same data, another try fails, too. All
/// other errors, such as a full disk or a lost connection, can be over later.
pub fn refuses_data(error: &Error) -> bool {
    match error {
        Error::Encode(_) => true,
        Error::Database(error) => error.code().is_some_and(is_refusal),
        _ => false,
    }
}

fn is_refusal(code: Cow<'_, str>) -> bool {
    match code.parse::<u32>() {
        _ if code.len() == POSTGRES_CODE_CHARS => POSTGRES_REFUSALS
            .iter()
            .any(|class| code.starts_with(class)),
        Ok(code) => SQLITE_REFUSALS.contains(&(code & SQLITE_PRIMARY)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_of_the_data_come_again() {
        // The extended ones are CONSTRAINT_TRIGGER, IOERR_WRITE and CANTOPEN_FULLPATH.
        for (code, expected) in [
            ("18", true),
            ("19", true),
            ("1811", true),
            ("5", false),
            ("13", false),
            ("778", false),
            ("782", false),
            ("22021", true),
            ("23514", true),
            ("54000", true),
            ("P0001", true),
            ("53100", false),
            ("57P01", false),
            ("40001", false),
            ("", false),
        ] {
            assert_eq!(is_refusal(code.into()), expected, "{code}");
        }
    }
}
