//! The reports of a batch: tables for programs, pages for people.

use anyhow::Result;

use super::result::{Batch, Status};

mod junit;
mod out;
mod pages;
mod table;

pub use out::Out;

/// The page that lists all submissions.
pub const INDEX: &str = "index.html";

/// Every file, by its path.
pub fn files(batch: &Batch) -> Result<Vec<(String, String)>> {
    let json = serde_json::to_string_pretty(batch)? + "\n";
    let mut files = vec![
        ("grades.csv".to_owned(), table::csv(batch)?),
        ("grades.json".to_owned(), json),
        ("junit.xml".to_owned(), junit::xml(batch)?),
    ];
    files.extend(pages::all(batch)?);
    Ok(files)
}

impl Batch {
    /// Whether every submission could be graded.
    pub fn is_whole(&self) -> bool {
        let mut submissions = self.submissions.iter();
        submissions.all(|grade| grade.status != Status::NotGraded)
    }
}
