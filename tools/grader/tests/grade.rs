//! `cargo course grade`.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use crate::common::{
    handed_in::{WRITTEN, columns, grade, hand_in_all, rows, runs_from},
    small_chat::{
        LIBRARY, MAIN, copy_lesson, course, course_that_goes_on, course_with_tape, hand_in,
    },
};
use insta::assert_snapshot;

/// Rows that depend on Landlock, which not every Linux has.
const FENCED: [&str; 4] = ["connects,", "includes,", "reads-reference,", "writes,"];
const BIND: &str = "    let listener";

#[test]
fn every_row_says_what_is_right_or_wrong() {
    let repository = course_with_tape("grade rows [1]");
    hand_in_all(&repository);
    let points = "[points]\n\"talk::a_name_is_announced\" = 2\n";
    repository.write("lessons/02-farewell/points.toml", points);
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    assert!(ran.out.contains(" a minute. Open "), "{}", ran.out);
    let all = rows(&repository);
    let is_fenced = |row: &&str| FENCED.iter().any(|name| row.starts_with(name));
    let (fenced, others): (Vec<&str>, Vec<&str>) = all.lines().partition(is_fenced);
    assert_snapshot!(others.join("\n"));
    match ran.error.contains("warning: not confined") {
        true => eprintln!("skipped: what the fence holds back, because there is none here"),
        false => assert_snapshot!("what_the_fence_holds_back", fenced.join("\n")),
    }
    // The build script of one submission and the archive of another try to write these.
    let unpacked = repository.built("grade/lesson-02/unpacked");
    let left = [repository.path(WRITTEN), unpacked.join("written")];
    assert!(left.iter().all(|path| !path.exists()));

    assert!(
        !runs_from("built/grade/lesson-02"),
        "a server has stayed behind"
    );

    let json = repository.read("grades/lesson-02/grades.json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["submissions"][0]["name"], "=silent");
    assert_eq!(json["of"], 3);
    let junit = repository.read("grades/lesson-02/junit.xml");
    assert!(
        junit.contains("<testsuite name=\"panics\" tests=\"2\""),
        "{junit}"
    );
    assert!(!junit.contains("<b>no</b>"), "{junit}");
    let page_of = |name: &str| {
        let mut rows = json["submissions"].as_array().unwrap().iter();
        let row = rows.find(|row| row["name"] == name).unwrap();
        format!("students/{}.html", row["page"].as_str().unwrap()).replace('-', "%2D")
    };
    let class = repository.read("grades/lesson-02/index.html");
    assert!(
        class.contains(&format!("href=\"{}\"", page_of("=silent"))),
        "{class}"
    );
    assert!(
        !class.contains("<b>no</b>") && !class.contains("://"),
        "{class}"
    );
    let page = page_of("wrong-event").replace("%2D", "-");
    let student = repository.read(&format!("grades/lesson-02/{page}"));
    assert!(
        student.contains("<mark class=\"tapes__received\">came Ada</mark>"),
        "{student}"
    );

    // A second run replaces the reports, with the same result.
    let before = rows(&repository);
    assert!(grade(&repository).is_ok);
    assert_eq!(rows(&repository), before);
}

/// Points come from what the lesson teaches, and breaking older tests costs points.
#[test]
fn the_finished_lesson_before_gets_no_points() {
    let repository = course_that_goes_on();
    copy_lesson(&repository, "handed-in/right");
    for file in [MAIN, LIBRARY] {
        let text = repository.read(&format!("lessons/01-hello/{file}"));
        repository.write(
            &format!("handed-in/before/{file}"),
            &text.replace("lesson_01", "lesson_02"),
        );
    }
    hand_in(&repository, "breaks", LIBRARY, "refused", "nothing");
    let points = "[points]\n\"talk::a_name_is_announced\" = 3\n";
    repository.write("lessons/02-farewell/points.toml", points);
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    let shown = [
        "name",
        "points",
        "of",
        "new_passed",
        "new_failed",
        "kept_passed",
        "kept_broken",
    ];
    let rows = columns(&repository, &shown);
    assert!(rows.contains("\nbefore,0,3,0,1,1,0\n"), "{rows}");
    assert!(rows.contains("\nbreaks,2,3,1,0,0,1\n"), "{rows}");
    assert!(rows.contains("\nright,3,3,1,0,1,0\n"), "{rows}");

    let points = "[points]\n\"talk::anything_else_is_refused\" = 3\n";
    repository.write("lessons/02-farewell/points.toml", points);
    grade(&repository)
        .fails("names talk::anything_else_is_refused, which is no new test of the lesson");
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing_and_the_next_one_works() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    // This server never prints its address, so testing it takes until the time limit.
    let waits =
        "    loop { std::thread::park(); }\n    #[allow(unreachable_code)]\n    let listener";
    hand_in(&repository, "bob", MAIN, BIND, waits);
    // With one job, Bob is graded after Ada.
    let words = ["grade", "handed-in", "--lesson", "2", "--jobs", "1"];
    let mut child = repository
        .command("", &words)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("ada: 1 point") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "Ada is never ready");
    }
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    assert!(!child.wait().unwrap().success());
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("grading was stopped; no report was written"),
        "{rest}"
    );
    assert!(!repository.path("grades").exists());

    repository.remove("handed-in/bob");
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    assert!(
        rows(&repository).contains("ada,passed,1,1,1,0,"),
        "{}",
        rows(&repository)
    );
}

/// Cargo would build a program from each file in `src/bin/`, and a library with another
/// name looks like a dependency.
#[test]
fn other_programs_and_libraries_decide_nothing_now_or_later() {
    let repository = course();
    hand_in(&repository, "bob", LIBRARY, "refused", "nothing");
    let [manifest, main] = ["Cargo.toml", MAIN].map(|file| format!("handed-in/bob/{file}"));
    let right = repository.read(&main);
    let right = right.replace("lesson_02::answer(ask.trim())", "\"Ada <- ack refused\\n\"");
    for name in ["a", "b", "c", "d", "e", "f"] {
        repository.write(&format!("handed-in/bob/src/bin/{name}.rs"), &right);
    }
    repository.replace(&manifest, "lesson_02", "other");
    repository.replace(&main, "lesson_02", "other");
    assert!(grade(&repository).is_ok);
    assert!(rows(&repository).contains("\nbob,failed,0,1,0,1,"));

    repository.remove("handed-in/bob");
    hand_in(&repository, "eve", LIBRARY, "refused", "nothing");
    assert!(grade(&repository).is_ok);
    assert!(rows(&repository).contains("\neve,failed,0,1,0,1,"));
    let place = repository.built("grade/lesson-02/place-1/target");
    let place = place.join(host()).join("debug");
    let built = [place.clone(), place.join("deps")].map(|folder| fs::read_dir(folder).unwrap());
    let built = built.into_iter().flatten();
    let mut names = built.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_bobs = |name: &String| name.contains("other") || name.starts_with(['a', 'b']);
    let left = names.find(|name| is_bobs(name) && name != "build");
    assert_eq!(left, None);
}

#[test]
fn tests_that_need_no_server_cannot_grade_one() {
    let repository = course();
    let free = "\n#[test]\nfn free_for_all() {}\n";
    repository.append("lessons/02-farewell/tests/talk.rs", free);
    copy_lesson(&repository, "handed-in/ada");
    grade(&repository).fails("talk::free_for_all passes without a server, so it cannot grade one");
}

/// Settings that graders may have for their own programs: a wrapper, which a confined
/// build cannot reach, another target, and flags.
#[test]
fn the_graders_own_settings_of_cargo_do_no_harm() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    repository.write("wrapper.sh", "#!/bin/sh\nexec \"$@\"\n");
    let wrapper = repository.path("wrapper.sh");
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
    let settings = format!(
        "[build]\nrustc-wrapper = {wrapper:?}\ntarget = {:?}\nrustflags = [\"-Dwarnings\"]\n",
        host()
    );
    repository.write(".cargo/config.toml", &settings);
    repository.append(
        &format!("handed-in/ada/{LIBRARY}"),
        "fn nobody_calls_this() {}\n",
    );
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    assert!(rows(&repository).contains("\nada,passed,1,1,1,0,"));
    let begun = ran.error.find("Building the lesson's dependencies\n  ");
    assert!(
        begun.is_some() && ran.error.contains(" crates\n"),
        "{}",
        ran.error
    );
}

/// The target that rustc compiles for.
fn host() -> String {
    let asked = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output();
    let host = String::from_utf8(asked.unwrap().stdout).unwrap();
    host.trim().to_owned()
}
