//! Links lead somewhere.

use std::{collections::HashMap, fs, path::PathBuf};

use anyhow::Result;

use super::Report;
use course::{
    files,
    lessons::{Course, subfolders},
    page::{Link, Page},
};

const LOCAL: [&str; 2] = ["http://localhost", "http://127.0.0.1"];

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let mut pages = HashMap::new();
    for path in checked_pages(course)? {
        let page = Page::read(&path)?;
        for link in &page.links {
            if let Some((what, to_do)) = problem_with(&page, link, &mut pages)? {
                let what = format!("`{}` {what}", link.target);
                report.problem(course.place(&path, link.line), what, to_do);
            }
        }
    }
    Ok(())
}

/// The pages that people read, and the decks.
pub fn checked_pages(course: &Course) -> Result<Vec<PathBuf>> {
    let mut pages = vec![
        course.root.join("README.md"),
        course.root.join("CONTRIBUTING.md"),
        course.root.join("final/README.md"),
        course.root.join("final/deploy/README.md"),
        course.root.join("lessons/glossary.md"),
        course.root.join("static/vendor/README.md"),
        course.root.join("work/README.md"),
    ];
    pages.extend(files::in_folder(&course.root.join("slides"), ".md")?);
    pages.extend(files::in_folder(
        &course.root.join("slides/handouts"),
        ".md",
    )?);
    for folder in ["lessons", "tools"] {
        let folder = course.root.join(folder);
        if folder.is_dir() {
            let names = subfolders(&folder)?.into_iter();
            pages.extend(names.map(|name| folder.join(name).join("README.md")));
        }
    }
    pages.retain(|page| page.is_file());
    Ok(pages)
}

/// A problem, and advice.
type Complaint = (&'static str, &'static str);

fn problem_with(
    page: &Page,
    link: &Link,
    pages: &mut HashMap<PathBuf, Page>,
) -> Result<Option<Complaint>> {
    let target = link.target.as_str();
    if target.starts_with("https://") || target.starts_with("mailto:") || is_local(target) {
        return Ok(None);
    }
    if target.contains("://") {
        return Ok(Some(("is not https", "write an https:// address")));
    }
    if target.starts_with('/') {
        return Ok(Some(("begins with /", "write it relative to the page")));
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = match path {
        "" => page.path.clone(),
        path => files::without_dots(&page.path.with_file_name("").join(path.replace("%20", " "))),
    };
    if !file.exists() {
        return Ok(Some((
            "does not exist",
            "correct the path, or add the file",
        )));
    }
    problem_with_anchor(file, anchor, pages)
}

fn is_local(target: &str) -> bool {
    LOCAL.iter().any(|start| {
        let rest = target.strip_prefix(start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

fn problem_with_anchor(
    file: PathBuf,
    anchor: &str,
    pages: &mut HashMap<PathBuf, Page>,
) -> Result<Option<Complaint>> {
    if anchor.is_empty() {
        return Ok(None);
    }
    let file = if file.is_dir() {
        file.join("README.md")
    } else {
        file
    };
    if file.extension().is_none_or(|ending| ending != "md") || !fs::exists(&file)? {
        let to_do = "link to the file: lines move";
        return Ok(Some(("has an anchor, but is no page", to_do)));
    }
    if !pages.contains_key(&file) {
        pages.insert(file.clone(), Page::read(&file)?);
    }
    let page = pages.get(&file);
    let has = |page: &Page| page.headings.iter().any(|heading| heading.anchor == anchor);
    let complaint = (
        "leads to no heading",
        "write the heading in lower case, with hyphens",
    );
    Ok((!page.is_some_and(has)).then_some(complaint))
}
