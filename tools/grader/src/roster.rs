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
/// Columns of Moodle's grading worksheet. The identifier is the number in the names of the
/// files, and the ID number is not.
const IDENTIFIER: &str = "identifier";
const STATUS: &str = "status";

/// The students in a class.
pub struct Roster(Vec<Student>);

struct Student {
    name: String,
    id: Option<String>,
    late: Option<bool>,
}

/// The position of each known column.
struct Columns {
    whole: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    number: Option<usize>,
    identifier: Option<usize>,
    status: Option<usize>,
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

    /// The student on the list; a number decides before a name does.
    fn student(&self, who: &Who) -> Option<&Student> {
        let numbered = self.0.iter().find(|student| student.has_number_of(who));
        numbered.or_else(|| self.0.iter().find(|student| student.is(who)))
    }

    /// Notes who is late and adds a row for each absent student, as the roster says, and
    /// lists students who handed in but are not on it.
    pub fn apply(&self, batch: &mut Batch) {
        let submissions = &mut batch.submissions;
        submissions.retain(|grade| grade.status != Status::Absent);
        for grade in submissions.iter_mut() {
            let known = self.student(&grade.who).and_then(|student| student.late);
            grade.who.late = known.or(grade.who.late);
        }
        let has_student = |grade: &Grade| self.student(&grade.who).is_some();
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
        late: None,
    };
    student.is(who)
}

impl Columns {
    fn of(headings: &StringRecord) -> Result<Columns> {
        let column = |names: &[&str]| {
            let is = |name: &str, heading: &str| heading.trim().to_lowercase() == name;
            let place = |name: &&str| headings.iter().position(|heading| is(name, heading));
            names.iter().find_map(place)
        };
        let columns = Columns {
            whole: column(&WHOLE),
            first: column(&FIRST),
            last: column(&LAST),
            number: column(&NUMBER),
            identifier: column(&[IDENTIFIER]),
            status: column(&[STATUS]),
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
        // `Participant 4711`, in the language of the worksheet.
        let participant = cell(self.identifier).and_then(|cell| cell.rsplit(' ').next());
        (!name.is_empty()).then(|| Student {
            name,
            id: participant.or(cell(self.number)).map(str::to_owned),
            late: cell(self.status).and_then(lateness),
        })
    }
}

impl Student {
    /// Whether both are the same student. Canvas writes `doejane`, Moodle `Jane Doe`, and a
    /// list `Doe, Jane`.
    fn is(&self, who: &Who) -> bool {
        if self.has_number_of(who) {
            return true;
        }
        let [one, other] = [&self.name, &who.name].map(|name| words(name));
        let (mut one_sorted, mut other_sorted) = (one.clone(), other.clone());
        one_sorted.sort();
        other_sorted.sort();
        let together = |words: &[String], at: usize| [&words[at..], &words[..at]].concat().concat();
        one_sorted == other_sorted || (0..one.len()).any(|at| together(&one, at) == other.concat())
    }

    fn has_number_of(&self, who: &Who) -> bool {
        self.id.is_some() && self.id == who.id
    }

    fn absent(&self) -> Grade {
        let mut who = Who::of(self.name.as_ref(), true);
        who.name.clone_from(&self.name);
        who.id.clone_from(&self.id);
        who.file = String::new();
        Grade::none(&who, Status::Absent, "nothing was handed in")
    }
}

/// Reads a status in Moodle's grading worksheet: `Submitted for grading - 2 hours 5 mins late`. A
/// status in other words says nothing.
fn lateness(status: &str) -> Option<bool> {
    let mut parts = status.split(" - ");
    let is_submitted = parts.next()? == "Submitted for grading";
    is_submitted.then(|| parts.any(|part| part.ends_with(" late")))
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
    fn the_worksheet_of_moodle_tells_who_is_late() {
        let sheet = "Identifier,\"Full name\",\"ID number\",Status\n\
                     \"Participant 4711\",\"Jane Doe\",s17,\"Submitted for grading - 1 hour 5 mins late - Graded\"\n\
                     Participant 12,Bob,s18,Submitted for grading\n\
                     Participant 13,Cy,s19,\"No submission - Assignment is overdue by: 2 days\"\n\
                     Participant 14,Dan,s20,Zur Bewertung abgegeben\n";
        let Roster(students) = Roster::parse(sheet).unwrap();
        let told = students
            .iter()
            .map(|one| (one.id.as_deref().unwrap(), one.late));
        let told: Vec<_> = told.collect();
        assert_eq!(
            told,
            [
                ("4711", Some(true)),
                ("12", Some(false)),
                ("13", None),
                ("14", None)
            ]
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
                late: None,
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
