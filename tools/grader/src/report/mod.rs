//! The reports about a class: files for programs, and pages for people.

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::{
    result::{Batch, CodePages, Status},
    roster,
    summary::Summary,
};
use course::files;

mod junit;
mod out;
mod pages;
mod table;

pub use out::Out;

/// The page that lists all submissions.
pub const INDEX: &str = "index.html";
/// The report for programs. This program reads it again to update a report.
const JSON: &str = "grades.json";

/// `grades.json`.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    batch: &'a Batch,
    summary: Option<&'a Summary>,
}

/// The report's files: path and content.
pub fn files(batch: &Batch) -> Result<Vec<(String, Vec<u8>)>> {
    let summary = Summary::of(batch);
    let summary = summary.as_ref();
    let json = serde_json::to_string_pretty(&Json { batch, summary })? + "\n";
    let mut files = vec![
        ("grades.csv".to_owned(), table::csv(batch)?.into()),
        ("grades.xlsx".to_owned(), table::workbook(batch)?),
        (JSON.to_owned(), json.into()),
        ("junit.xml".to_owned(), junit::xml(batch)?.into()),
    ];
    files.extend(pages::all(batch, summary)?);
    Ok(files)
}

/// The existing report in the folder, if there is one.
pub fn read(out: &Out, lesson: u32) -> Result<Option<Batch>> {
    let path = out.path().join(JSON);
    if !path.is_file() {
        return Ok(None);
    }
    let mut batch: Batch = serde_json::from_str(&files::read(&path)?)
        .with_context(|| format!("{} is not valid", path.display()))?;
    if batch.lesson != lesson {
        bail!(
            "{} is about lesson {:02}: choose another folder with --out",
            path.display(),
            batch.lesson
        );
    }
    for grade in &mut batch.submissions {
        let page = |folder: &str| {
            let page = out
                .path()
                .join(folder)
                .join(format!("{}.html", grade.who.page));
            page.is_file().then(|| files::read(&page)).transpose()
        };
        let (code, difference) = (page(pages::CODE)?, page(pages::DIFFERENCE)?);
        grade.code = code
            .zip(difference)
            .map(|(code, difference)| CodePages { code, difference });
    }
    Ok(Some(batch))
}

impl Batch {
    /// Whether every submission could be graded.
    pub fn is_whole(&self) -> bool {
        let mut submissions = self.submissions.iter();
        submissions.all(|grade| grade.status != Status::NotGraded)
    }

    /// Whether any page was tested.
    pub fn has_rules(&self) -> bool {
        self.submissions.iter().any(|grade| !grade.rules.is_empty())
    }

    /// Sorts the submissions by name.
    pub fn sort(&mut self) {
        self.submissions
            .sort_by_cached_key(|grade| grade.who.place());
    }

    /// Adds the rows of an earlier report for submissions that were not graded again.
    pub fn merge(&mut self, before: Batch) -> Result<()> {
        if before.of != self.of {
            bail!(
                "the report was made with {} points, but now there are {}: grade everyone again",
                before.of,
                self.of
            );
        }
        for grade in before.submissions {
            let is_again = self.submissions.iter().any(|again| match grade.status {
                Status::Absent => roster::is_about(&grade.who, &again.who),
                _ => grade.who.file == again.who.file,
            });
            if !is_again {
                self.submissions.push(grade);
            }
        }
        self.not_on_roster = before.not_on_roster;
        self.warning = self.warning.take().or(before.warning);
        self.sort();
        Ok(())
    }
}
