//! The list of students in a class, as exported from Moodle, Canvas or a spreadsheet.

use std::path::Path;

use anyhow::{Context, Result, bail};
use csv::{ReaderBuilder, StringRecord};

use super::{
    result::{Batch, Grade, Status},
    who::Who,
};
use course::files;

/// Headings of a column with full names.
const WHOLE: [&str; 4] = ["name", "student", "full name", "student name"];
const FIRST: [&str; 3] = ["first name", "firstname", "given name"];
const LAST: [&str; 4] = ["last name", "lastname", "surname", "family name"];
const NUMBER: [&str; 4] = ["id", "id number", "student id", "number"];

/// The students in a class.
pub struct Roster(Vec<Student>);

struct Student {
    name: String,
    id: Option<String>,
}

/// The position of each known column.
struct Columns {
    whole: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    number: Option<usize>,
}

impl Roster {
    /// Reads a CSV file with headings. Commas, semicolons or tabs may separate columns.
    pub fn read(path: &Path) -> Result<Roster> {
        let text = files::read(path)?;
        Roster::parse(&text).with_context(|| format!("{} is not a roster", path.display()))
    }

    fn parse(text: &str) -> Result<Roster> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter(text))
            .flexible(true)
            .from_reader(text.as_bytes());
        let columns = Columns::of(reader.headers()?)?;
        let mut students = Vec::new();
        for row in reader.records() {
            students.extend(columns.student(&row?));
        }
        if students.is_empty() {
            bail!("it lists no students");
        }
        Ok(Roster(students))
    }

    /// Adds a row for each absent student, and lists students who handed in but are not on
    /// the roster.
    pub fn apply(&self, batch: &mut Batch) {
        let submissions = &mut batch.submissions;
        submissions.retain(|grade| grade.status != Status::Absent);
        let has_student = |grade: &Grade| self.0.iter().any(|student| student.is(&grade.who));
        let strangers = submissions.iter().filter(|grade| !has_student(grade));
        batch.not_on_roster = strangers.map(|grade| grade.who.name.clone()).collect();
        let has_handed_in = |student: &Student| submissions.iter().any(|one| student.is(&one.who));
        let absent = self.0.iter().filter(|student| !has_handed_in(student));
        let absent: Vec<Grade> = absent.map(Student::absent).collect();
        submissions.extend(absent);
        batch.sort();
    }
}

/// Whether the row of an absent student is about the student who handed in `who`.
pub fn is_about(absent: &Who, who: &Who) -> bool {
    let student = Student {
        name: absent.name.clone(),
        id: absent.id.clone(),
    };
    student.is(who)
}

impl Columns {
    fn of(headings: &StringRecord) -> Result<Columns> {
        let column = |names: &[&str]| {
            let mut headings = headings.iter();
            headings.position(|heading| names.contains(&heading.trim().to_lowercase().as_str()))
        };
        let columns = Columns {
            whole: column(&WHOLE),
            first: column(&FIRST),
            last: column(&LAST),
            number: column(&NUMBER),
        };
        if columns.whole.is_none() && columns.last.is_none() {
            let headings: Vec<&str> = headings.iter().collect();
            bail!(
                "its first line needs a heading \"name\", or \"first name\" and \"last name\"; \
                 it has: {}",
                headings.join(", ")
            );
        }
        Ok(columns)
    }

    fn student(&self, row: &StringRecord) -> Option<Student> {
        let cell = |column: Option<usize>| {
            row.get(column?)
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
        };
        let parts = [cell(self.first), cell(self.last)];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        let name = cell(self.whole).map_or_else(|| parts.join(" "), str::to_owned);
        (!name.is_empty()).then(|| Student {
            name,
            id: cell(self.number).map(str::to_owned),
        })
    }
}

impl Student {
    /// Whether both are the same student. Canvas writes `doejane`, Moodle `Jane Doe`, and a
    /// list `Doe, Jane`.
    fn is(&self, who: &Who) -> bool {
        if self.id.is_some() && self.id == who.id {
            return true;
        }
        let [one, other] = [&self.name, &who.name].map(|name| words(name));
        let (mut one_sorted, mut other_sorted) = (one.clone(), other.clone());
        one_sorted.sort();
        other_sorted.sort();
        let together = |words: &[String], at: usize| [&words[at..], &words[..at]].concat().concat();
        one_sorted == other_sorted || (0..one.len()).any(|at| together(&one, at) == other.concat())
    }

    fn absent(&self) -> Grade {
        let mut who = Who::of(self.name.as_ref(), true);
        who.name.clone_from(&self.name);
        who.id.clone_from(&self.id);
        who.file = String::new();
        Grade::none(&who, Status::Absent, "nothing was handed in")
    }
}

fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The separator that occurs most often in the headings.
fn delimiter(text: &str) -> u8 {
    let headings = text.lines().next().unwrap_or_default().as_bytes();
    let count = |delimiter: &u8| headings.iter().filter(|byte| *byte == delimiter).count();
    b",;\t"
        .iter()
        .copied()
        .rev()
        .max_by_key(count)
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let Roster(students) = Roster::parse(text).unwrap();
        students
            .iter()
            .map(|one| format!("{} {}", one.name, one.id.as_deref().unwrap_or("-")))
            .collect()
    }

    #[test]
    fn lists_of_moodle_canvas_and_spreadsheets_are_read() {
        let moodle = "\u{feff}\"First name\",Surname,\"ID number\",Email\nJane,Doe,17,j@x\n";
        assert_eq!(names(moodle), ["Jane Doe 17"]);
        let canvas = "Student,ID,Section\n\"Doe, Jane\",12345,A\n    Points Possible,,\n";
        assert_eq!(names(canvas)[0], "Doe, Jane 12345");
        assert_eq!(
            names("Name;Group\r\nJürgen Müller;2\r\n"),
            ["Jürgen Müller -"]
        );
    }

    #[test]
    fn a_list_without_names_is_refused() {
        let error = Roster::parse("email,group\na@x,1\n")
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("needs a heading \"name\""), "{error}");
        assert!(Roster::parse("name\n").is_err());
    }

    #[test]
    fn students_are_found_however_their_names_are_written() {
        let is = |listed: &str, file: &str| {
            let student = Student {
                name: listed.to_owned(),
                id: None,
            };
            student.is(&Who::of(file.as_ref(), false))
        };
        for file in [
            "doejane_1_2_chat.zip",
            "Jane Doe_4_assignsubmission_file_",
            "jane-doe.zip",
        ] {
            assert!(is("Doe, Jane", file) && is("Jane Doe", file), "{file}");
        }
        assert!(is("María José Díaz", "díazmaríajosé_1_2_chat.zip"));
        assert!(!is("Jane Doe", "doejan_1_2_chat.zip"));
        assert!(!is("Jane", "jane-doe.zip"));
    }
}
