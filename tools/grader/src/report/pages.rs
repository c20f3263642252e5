//! A page about the class, and pages for each student: the results, the code, and how it
//! differs from the finished lesson. They can be opened as files, need no network, and
//! run no scripts.

use anyhow::Result;
use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::INDEX;
use crate::{
    result::{Batch, Grade, Test},
    summary::Summary,
};
use course::check::comparison::Row;

/// The style sheets and the icon that the pages load.
const ASSETS: [(&str, &[u8]); 9] = [
    ("base.css", include_bytes!("../../../../static/base.css")),
    (
        "code.css",
        include_bytes!("../../../workshop/client/code.css"),
    ),
    (
        "diff.css",
        include_bytes!("../../../workshop/client/diff.css"),
    ),
    (
        "grades.css",
        include_bytes!("../../../workshop/client/grades.css"),
    ),
    ("icon.svg", include_bytes!("../../../../static/icon.svg")),
    (
        "page.css",
        include_bytes!("../../../workshop/client/page.css"),
    ),
    (
        "report.css",
        include_bytes!("../../../workshop/client/report.css"),
    ),
    (
        "vendor/inter-latin-ext.woff2",
        include_bytes!("../../../../static/vendor/inter-latin-ext.woff2"),
    ),
    (
        "vendor/inter-latin.woff2",
        include_bytes!("../../../../static/vendor/inter-latin.woff2"),
    ),
];
/// The folder with the students' pages.
const STUDENTS: &str = "students";
/// The folder with the pages that show their code.
pub const CODE: &str = "code";
/// The folder with the pages that show the differences.
pub const DIFFERENCE: &str = "difference";

#[derive(Template)]
#[template(path = "grades/index.html")]
struct ClassPage<'a> {
    /// The relative path from the page to the reports' folder.
    root: &'static str,
    batch: &'a Batch,
    summary: Option<&'a Summary>,
}

#[derive(Template)]
#[template(path = "grades/student.html")]
struct StudentPage<'a> {
    root: &'static str,
    batch: &'a Batch,
    grade: &'a Grade,
}

/// All pages and assets: path and content.
pub fn all(batch: &Batch, summary: Option<&Summary>) -> Result<Vec<(String, Vec<u8>)>> {
    let class = ClassPage {
        root: "",
        batch,
        summary,
    };
    let mut files = vec![(INDEX.to_owned(), class.render()?.into_bytes())];
    for grade in batch.submissions.iter().filter(|grade| grade.has_page()) {
        let root = "../";
        let page = StudentPage { root, batch, grade }.render()?;
        files.push((path(STUDENTS, &grade.who.page), page.into_bytes()));
        if let Some(pages) = &grade.code {
            files.push((path(CODE, &grade.who.page), pages.code.clone().into()));
            files.push((
                path(DIFFERENCE, &grade.who.page),
                pages.difference.clone().into(),
            ));
        }
    }
    let assets = ASSETS.map(|(name, content)| (format!("assets/{name}"), content.to_owned()));
    files.extend(assets);
    Ok(files)
}

fn path(folder: &str, page: &str) -> String {
    format!("{folder}/{page}.html")
}

impl Grade {
    /// Whether the student has a page; absent students have none.
    fn has_page(&self) -> bool {
        !self.who.page.is_empty()
    }

    /// The link from the class page to the student's page.
    fn link(&self) -> String {
        self.link_in(STUDENTS)
    }

    fn link_in(&self, folder: &str) -> String {
        let page = utf8_percent_encode(&self.who.page, NON_ALPHANUMERIC);
        format!("{folder}/{page}.html")
    }

    /// The links to the code and the differences, if there is a chat.
    fn code_links(&self) -> Option<(String, String)> {
        let pages = self.code.as_ref();
        pages.map(|_| (self.link_in(CODE), self.link_in(DIFFERENCE)))
    }

    /// How much the code differs from the finished lesson, in words.
    fn difference(&self) -> String {
        match self.lines_differ {
            None => String::new(),
            Some(0) => "same as the finished lesson".to_owned(),
            Some(1) => "1 line differs".to_owned(),
            Some(lines) => format!("{lines} lines differ"),
        }
    }

    /// All tests and the rules of the page: those that fail, or those that pass.
    fn tests_that(&self, pass: bool) -> Vec<&Test> {
        let tests = self.tests.iter().chain(&self.rules);
        tests.filter(|test| test.is_passed() == pass).collect()
    }
}

impl Test {
    /// The points that it earned or cost, in words.
    fn worth(&self) -> String {
        match (self.of, self.kind(), self.is_passed()) {
            (Some(of), _, _) => format!("{} of {of}", self.points()),
            (None, "kept", false) => "kept test broken: −1".to_owned(),
            (None, kind, _) => kind.to_owned(),
        }
    }

    /// The rows that compare the expected tape with the received one.
    fn rows(&self) -> Option<Vec<Row<'_>>> {
        let comparison = self.failure.as_ref()?.comparison.as_ref()?;
        Some(comparison.rows())
    }

    /// The output of a test that failed.
    fn said(&self) -> &str {
        self.failure.as_ref().map_or("", |failure| &failure.said)
    }
}
