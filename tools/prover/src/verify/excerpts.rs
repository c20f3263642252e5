//! The code on the pages exists in the files.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Report, pages::with_page};
use course::{
    files,
    lessons::Course,
    page::{Fence, Page},
    steps::Script,
};
use workshop::excerpt;

/// Each page, with the lines of the blocks that the check `steps` replays: a temporary
/// version is in no finished file.
type Checked = (PathBuf, Vec<usize>);

/// Languages of blocks that are no part of a file.
const FREE: [&str; 7] = ["console", "diff", "http", "json", "mermaid", "sh", "text"];
const LONGEST: usize = 25;

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    for (page, replayed) in checked_pages(course)? {
        let page = Page::read(&page)?;
        for line in &page.lost_fences {
            let what = "the code block stands inside HTML and is not shown as code";
            let to_do = "leave a blank line before it";
            report.problem(course.place(&page.path, *line), what, to_do);
        }
        let quoted = page.fences.iter();
        for fence in quoted.filter(|fence| !replayed.contains(&fence.line)) {
            check_length(course, &page, fence, report);
            check_fence(course, &page, fence, report)?;
        }
    }
    Ok(())
}

fn checked_pages(course: &Course) -> Result<Vec<Checked>> {
    let own = ["README.md", "CONTRIBUTING.md"].map(|file| course.root.join(file));
    let own = own.into_iter().filter(|file| file.is_file());
    let mut pages: Vec<Checked> = own.map(|page| (page, Vec::new())).collect();
    for lesson in with_page(course) {
        let script = Script::read(lesson)?;
        let blocks = script.moments().flat_map(|(_, blocks)| blocks);
        let replayed = blocks.map(|block| block.line).collect();
        pages.push((lesson.page(), replayed));
    }
    Ok(pages)
}

fn check_length(course: &Course, page: &Page, fence: &Fence, report: &mut Report) {
    let lines = fence.body.lines().count();
    if lines > LONGEST {
        let what = format!("the block has {lines} lines, {LONGEST} at most");
        report.problem(
            place(course, page, fence),
            what,
            "show less, or leave lines out with `// …`",
        );
    }
}

fn check_fence(course: &Course, page: &Page, fence: &Fence, report: &mut Report) -> Result<()> {
    let mut words = fence.info.split_whitespace();
    let language = words.next().unwrap_or("");
    let place = place(course, page, fence);
    let Some(path) = words.next() else {
        if !FREE.contains(&language) {
            let what = format!("the block `{language}` names no file, so it could go stale");
            let free = FREE.join(", ");
            let to_do = format!("write ```LANG PATH; without a path there may be {free}");
            report.problem(place, what, to_do);
        }
        return Ok(());
    };
    let file = page.path.parent().unwrap_or(Path::new("")).join(path);
    if !file.is_file() {
        report.problem(
            place,
            format!("there is no file {path}"),
            "correct the path after the language",
        );
    } else if let Err(missing) = excerpt::find(&fence.body, &files::read_quotable(&file)?) {
        let what = format!("{path} does not contain the lines that begin with `{missing}`");
        report.problem(place, what, "copy them from the file again");
    }
    Ok(())
}

fn place(course: &Course, page: &Page, fence: &Fence) -> String {
    course.place(&page.path, fence.line)
}
