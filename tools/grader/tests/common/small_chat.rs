//! Lesson 2 of the small course as a server, and submissions of it. Its small recorder
//! fails with the same messages as `testkit`.

use std::{fs, path::Path};

use super::Repository;

pub const LIBRARY: &str = "src/lib.rs";
pub const MAIN: &str = "src/main.rs";

const SERVER: &str = r#"//! Starts the chat of this lesson.

use std::{io::{BufRead, BufReader, Write}, net::TcpListener};

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("Make Chat is at http://{}", listener.local_addr().unwrap());
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut ask = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut ask).unwrap();
        stream.write_all(lesson_02::answer(ask.trim()).as_bytes()).unwrap();
    }
}
"#;

const ANSWER: &str = r#"//! A chat.

/// The answer to a request.
pub fn answer(ask: &str) -> String {
    match ask.split_once(' ') {
        Some(("join", name)) => format!("Ada <- user:joined {name}\nAda <- ack ok\n"),
        _ => "Ada <- ack refused\n".to_owned(),
    }
}
"#;

const TESTS: &str = r#"//! All tests.

mod talk;
"#;

const TALK: &str = r#"//! Requests and answers.

use std::{env, io::{BufRead, BufReader, Read, Write}, net::TcpStream, process::{Child, Command, Stdio}, thread, time::Duration};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        let status = self.0.wait().unwrap();
        let mut said = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        if thread::panicking() {
            if status.to_string() != "signal: 9 (SIGKILL)" {
                eprintln!("The server ended with {status}.");
            }
            eprintln!("The server said:\n{said}");
        }
    }
}

fn tape(ask: &str) -> String {
    let words = env::var("TESTKIT_SERVER").expect("a server");
    let mut words = words.lines();
    let mut command = Command::new(words.next().unwrap());
    command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = Server(command.spawn().unwrap());
    let lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let mut addresses = lines.filter_map(|line| Some(line.unwrap().split_once("http://")?.1.to_owned()));
    let Some(address) = addresses.next() else {
        panic!("The server ended before it printed its address.");
    };
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    writeln!(stream, "{ask}").unwrap();
    let mut tape = String::from("== Ada asks\n");
    if stream.read_to_string(&mut tape).is_err() || !tape.contains("ack") {
        panic!("Ada requested user:join and got no ack within 2 s. The tape so far:\n\n{tape}");
    }
    tape
}

#[test]
fn anything_else_is_refused() {
    assert_eq!(tape("dance"), "== Ada asks\nAda <- ack refused\n");
}
"#;

const TAPE: &str = r#"
#[test]
fn a_name_is_announced() {
    insta::assert_snapshot!(tape("join Ada"));
}
"#;

const NEW: &str = r#"
#[test]
fn a_name_is_announced() {
    assert_eq!(tape("join Ada"), "== Ada asks\nAda <- user:joined Ada\nAda <- ack ok\n");
}
"#;

const SNAPSHOT: &str = r#"---
source: lessons/02-farewell/tests/talk.rs
---
== Ada asks
Ada <- user:joined Ada
Ada <- ack ok
"#;

/// A course in which lesson 2 can be graded.
pub fn course() -> Repository {
    as_server(Repository::new())
}

/// A course in which a test of lesson 2 compares a tape with insta.
pub fn course_with_tape(test: &str) -> Repository {
    let repository = as_server(Repository::with_tape(test));
    repository.append("lessons/02-farewell/tests/talk.rs", TAPE);
    let snapshot = "lessons/02-farewell/tests/snapshots/chat__talk__a_name_is_announced.snap";
    repository.write(snapshot, SNAPSHOT);
    repository
}

/// A course in which lesson 1 is a server too, with a test that lesson 2 keeps.
pub fn course_that_goes_on() -> Repository {
    let repository = course();
    repository.append("lessons/02-farewell/tests/talk.rs", NEW);
    for file in [MAIN, LIBRARY] {
        let text = repository.read(&format!("lessons/02-farewell/{file}"));
        let text = text.replace("lesson_02", "lesson_01");
        let text = text.replace("join", "nothing that anyone asks");
        repository.write(&format!("lessons/01-hello/{file}"), &text);
    }
    repository.write("lessons/01-hello/tests/talk.rs", TALK);
    repository
}

fn as_server(repository: Repository) -> Repository {
    let files = [
        (MAIN, SERVER),
        (LIBRARY, ANSWER),
        ("tests/main.rs", TESTS),
        ("tests/talk.rs", TALK),
    ];
    for (file, text) in files {
        repository.write(&format!("lessons/02-farewell/{file}"), text);
    }
    repository.remove("lessons/02-farewell/src/farewell.rs");
    repository
}

/// Hands in the lesson's own crate with one text replaced by another.
pub fn hand_in(repository: &Repository, name: &str, file: &str, old: &str, new: &str) {
    copy_lesson(repository, &format!("handed-in/{name}"));
    repository.replace(&format!("handed-in/{name}/{file}"), old, new);
}

/// Copies the lesson's crate into a folder of the repository.
pub fn copy_lesson(repository: &Repository, to: &str) {
    for file in [
        "Cargo.toml",
        LIBRARY,
        MAIN,
        "client/main.js",
        "templates/page.html",
    ] {
        let text = repository.read(&format!("lessons/02-farewell/{file}"));
        repository.write(&format!("{to}/{file}"), &text);
    }
}

/// Hands in an archive with one entry.
pub fn hand_in_tar(repository: &Repository, name: &str, path: &str) {
    let folder = repository.path("handed-in");
    fs::create_dir_all(&folder).unwrap();
    let mut header = tar::Header::new_gnu();
    // Writes the bytes directly, because the library refuses such a path.
    header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_size(0);
    header.set_cksum();
    let mut archive = tar::Builder::new(fs::File::create(folder.join(name)).unwrap());
    archive.append(&header, std::io::empty()).unwrap();
    archive.finish().unwrap();
}

/// Hands in a zip of a folder of the repository.
pub fn hand_in_zip(repository: &Repository, name: &str, source: &str) {
    let texts = [LIBRARY, MAIN].map(|file| {
        let path = Path::new(source).join(file);
        let text = repository.read(&path.to_string_lossy());
        (format!("chat-main/{file}"), text.into_bytes())
    });
    let bytes = zipped(&texts);
    fs::write(repository.path(&format!("handed-in/{name}")), bytes).unwrap();
}

/// A zip with these files.
pub fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (path, content) in files {
        archive.start_file(path.as_str(), options).unwrap();
        std::io::Write::write_all(&mut archive, content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
