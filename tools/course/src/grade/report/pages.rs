//! A page for the class, and one for each student. They work from a file, without a
//! network, and run no script.

use anyhow::Result;
use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::INDEX;
use crate::{
    check::comparison::Row,
    grade::result::{Batch, Grade, Test},
};

/// What the pages load.
const ASSETS: [(&str, &str); 5] = [
    ("base.css", include_str!("../../../../../static/base.css")),
    ("grades.css", include_str!("../../../client/grades.css")),
    ("icon.svg", include_str!("../../../../../static/icon.svg")),
    ("page.css", include_str!("../../../client/page.css")),
    ("report.css", include_str!("../../../client/report.css")),
];

#[derive(Template)]
#[template(path = "grades/index.html")]
struct ClassPage<'a> {
    /// The way from the page to the folder of the reports.
    root: &'static str,
    batch: &'a Batch,
}

#[derive(Template)]
#[template(path = "grades/student.html")]
struct StudentPage<'a> {
    root: &'static str,
    batch: &'a Batch,
    grade: &'a Grade,
}

/// Every page and what it loads, by path.
pub fn all(batch: &Batch) -> Result<Vec<(String, String)>> {
    let mut files = vec![(INDEX.to_owned(), ClassPage { root: "", batch }.render()?)];
    for grade in &batch.submissions {
        let root = "../";
        let page = StudentPage { root, batch, grade }.render()?;
        files.push((format!("students/{}.html", grade.name), page));
    }
    let assets = ASSETS.map(|(name, content)| (format!("assets/{name}"), content.to_owned()));
    files.extend(assets);
    Ok(files)
}

impl Grade {
    /// The link to the student's page, from the page of the class.
    fn link(&self) -> String {
        let name = utf8_percent_encode(&self.name, NON_ALPHANUMERIC);
        format!("students/{name}.html")
    }

    fn failed_tests(&self) -> Vec<&Test> {
        let tests = self.tests.iter();
        tests.filter(|test| !test.is_passed()).collect()
    }

    fn passed_tests(&self) -> Vec<&Test> {
        let tests = self.tests.iter();
        tests.filter(|test| test.is_passed()).collect()
    }
}

impl Test {
    /// The expected tape beside the received one.
    fn rows(&self) -> Option<Vec<Row<'_>>> {
        let comparison = self.failure.as_ref()?.comparison.as_ref()?;
        Some(comparison.rows())
    }

    fn said(&self) -> &str {
        self.failure.as_ref().map_or("", |failure| &failure.said)
    }
}
