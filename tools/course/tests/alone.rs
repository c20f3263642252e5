//! `work/chat` is a workspace of its own: whatever is in it, everything else works.

use std::{fs, path::Path, process::Command};

use crate::common::{
    Ran, Repository,
    student::{self, FAREWELL, LIBRARY, begun, finished, said},
};
use insta::assert_snapshot;

const CHAT: &str = "work/chat/Cargo.toml";
const NOT_THERE: &str = "\n[dependencies.nothing-is-called-so]\nversion = \"9\"\n";

/// Something that a student may do to `work/`, and what it is.
type Deed = (&'static str, fn(&Repository));

const DEEDS: [Deed; 11] = [
    ("no manifest", |repository| repository.remove(CHAT)),
    ("a broken manifest", |repository| {
        repository.append(CHAT, "[\n")
    }),
    ("a manifest that is no text", |repository| {
        fs::write(repository.path(CHAT), [0xff, 0xfe]).unwrap();
    }),
    ("a manifest that is a folder", |repository| {
        repository.remove(CHAT);
        repository.write("work/chat/Cargo.toml/in", "");
    }),
    ("a dependency that does not exist", |repository| {
        repository.append(CHAT, NOT_THERE);
    }),
    ("the lessons as members", |repository| {
        repository.replace(
            CHAT,
            "[workspace]\n",
            "[workspace]\nmembers = [\"../../lessons/*\"]\n",
        );
    }),
    ("a copy beside it", |repository| {
        repository.write("work/chat-backup/Cargo.toml", &repository.read(CHAT));
        repository.write("work/chat-backup/src/lib.rs", "");
    }),
    ("notes, and a broken crate around all", |repository| {
        repository.write("work/notes/today.md", "");
        repository.write("work/Cargo.toml", "[workspace\n");
        repository.write("work/Cargo.lock", "none");
    }),
    ("folders that the repository has, too", |repository| {
        repository.write("work/chat/lessons/notes.md", "");
        repository.write("work/chat/work/notes.md", "");
    }),
    ("a file in its place", |repository| {
        repository.remove("work/chat");
        repository.write("work/chat", "mine");
    }),
    ("an empty folder", |repository| {
        repository.remove("work/chat");
        fs::create_dir(repository.path("work/chat")).unwrap();
    }),
];

#[test]
fn nothing_in_work_stops_the_tool() {
    let repository = Repository::new();
    let lock = repository.read("Cargo.lock");
    for (what, deed) in DEEDS {
        repository.course(&["start", "2"]).passes();
        deed(&repository);
        for words in ["list", "diff 1", "restore --list", "verify --only links"] {
            let words: Vec<&str> = words.split(' ').collect();
            let ran = repository.course(&words);
            assert!(ran.is_ok, "{what}: {words:?}: {}{}", ran.out, ran.error);
        }
        let lessons = repository.cargo_in("", &["test", "--workspace", "--locked"]);
        assert!(lessons.is_ok, "{what}: {}", lessons.error);
        // It fails, and says why.
        let checked = repository.course(&["check"]);
        let words = checked.out + &checked.error;
        assert!(
            words.contains("work/chat") || words.contains("Lesson 02"),
            "{what}: {words}"
        );
        repository.course(&["start", "2"]).passes();
        assert!(said(&repository, &[]).contains("- it says bye"), "{what}");
        assert_eq!(repository.read("Cargo.lock"), lock, "{what}");
    }
}

#[test]
fn the_manifest_says_what_the_crate_takes_from_the_repository() {
    let repository = Repository::new();
    let shared = r#"
# Every version, once.
[workspace.dependencies]
b = "1"
testkit = { path = "tools/testkit" }
unused = "1"

[workspace.lints.rust]
missing_docs = "warn"

[profile.dev.package."*"]
debug = false

# Slow without.
[profile.dev.package.unused]
opt-level = 3

[profile.dev.package.lesson-01]
opt-level = 3
"#;
    repository.append("Cargo.toml", shared);
    let testkit = "[package]\nname = \"testkit\"\nversion = \"0.0.0\"\nedition.workspace = true\n";
    repository.write("tools/testkit/Cargo.toml", testkit);
    repository.write("tools/testkit/src/lib.rs", "");
    repository.add_member("tools/testkit");
    repository.append(
        "lessons/02-farewell/Cargo.toml",
        "testkit.workspace = true\n",
    );
    repository.course(&["start", "2"]).passes();
    assert_snapshot!(repository.read(CHAT));
}

#[test]
fn a_chat_of_any_lesson_stands_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let repository = Repository::new();
    for path in [
        "Cargo.lock",
        "Cargo.toml",
        ".cargo",
        "lessons",
        "tools/testkit",
    ] {
        if repository.path(path).exists() {
            repository.remove(path);
        }
        copy(&root.join(path), &repository.path(path));
    }
    // Only what a lesson needs is here.
    let of_lessons = |line: &&str| {
        let member = line.trim().trim_matches([',', '"']);
        member != "final" && (!member.starts_with("tools/") || member == "tools/testkit")
    };
    let manifest = repository.read("Cargo.toml");
    let manifest: Vec<_> = manifest.lines().filter(of_lessons).collect();
    repository.write("Cargo.toml", &manifest.join("\n"));
    let lessons = fs::read_dir(repository.path("lessons")).unwrap();
    let count = lessons
        .filter(|entry| entry.as_ref().unwrap().path().is_dir())
        .count();
    for number in 1..=count {
        repository
            .course(&["catch-up", &number.to_string()])
            .passes();
        let lock = repository.read("work/chat/Cargo.lock");
        // Complaints about the lock file would come before this one.
        let built = repository.cargo(&["check", "--locked", "--bin", "nothing-is-called-so"]);
        assert!(
            built.error.contains("error: no bin target named"),
            "{}",
            built.error
        );
        assert!(!lock.contains("name = \"sqlx\""), "{lock}");
    }
    let shared = target_folder(&repository, "work/chat");
    assert_eq!(shared, target_folder(&repository, ""));
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// Where cargo builds when nobody tells it.
fn target_folder(repository: &Repository, folder: &str) -> String {
    let mut command = Command::new(env!("CARGO"));
    command
        .args([
            "metadata",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ])
        .env_remove("CARGO_TARGET_DIR")
        .current_dir(repository.path(folder));
    let told = Ran::from(command.output().unwrap()).passes();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    told["target_directory"].as_str().unwrap().to_owned()
}

#[test]
fn the_lessons_own_manifest_is_made_to_stand_alone() {
    let repository = finished();
    let manifest = repository.read("lessons/02-farewell/Cargo.toml");
    let manifest = manifest
        .replace("lesson-02", "my-chat")
        .replace("lesson_02", "my_chat");
    repository.write(
        CHAT,
        &(manifest + "[package.metadata.course]\nlesson = 2\n"),
    );
    repository.remove("work/chat/Cargo.lock");
    repository.remove("work/chat/.cargo");
    repository.course(&["check"]).passes();
    assert!(repository.path("work/chat/.cargo/config.toml").is_file());
    let tests = repository.cargo(&["test", "--locked"]);
    assert!(tests.is_ok, "{}", tests.error);
}

/// Cargo builds what is newer than the last build; what comes back is older.
#[test]
fn what_comes_back_is_built() {
    let repository = Repository::new();
    repository.course(&["catch-up", "2"]).passes();
    repository.replace(FAREWELL, "\"bye\"", "\"hello again\"");
    let broken = said(&repository, &[]);
    assert!(broken.contains("- it says bye"), "{broken}");
    repository.course(&["catch-up", "2"]).passes();
    repository.course(&["check"]).passes();
    repository.course(&["restore"]).passes();
    assert_eq!(said(&repository, &[]), broken);
    repository.course(&["restore"]).passes();
    repository.course(&["check"]).passes();
}

/// An archive gives files their old times, and cargo looks at times alone.
#[test]
fn what_comes_with_old_times_is_built() {
    let repository = finished();
    let old = fs::metadata(repository.path(FAREWELL)).unwrap().modified();
    let unpack = |text: &str| {
        repository.write(FAREWELL, text);
        let mut options = fs::File::options();
        let file = options.append(true).open(repository.path(FAREWELL));
        file.unwrap().set_modified(*old.as_ref().unwrap()).unwrap();
    };
    let good = repository.read(FAREWELL);
    let bad = good.replace("\"bye\"", "\"see you\"");
    repository.course(&["check"]).passes();
    unpack(&bad);
    assert!(said(&repository, &[]).contains("- it says bye"));
    unpack(&good);
    repository.course(&["check"]).passes();
    // Built by somebody else in between.
    repository.write(FAREWELL, &bad);
    assert!(repository.cargo(&["build"]).is_ok);
    unpack(&good);
    repository.course(&["check"]).passes();
    // A check that builds nothing new changes no file.
    let time = |file: &str| {
        fs::metadata(repository.path(file))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = [LIBRARY, FAREWELL].map(time);
    repository.course(&["check"]).passes();
    assert_eq!([LIBRARY, FAREWELL].map(time), before);
}

/// It would go on in a folder that is kept.
#[cfg(unix)]
#[test]
fn a_terminal_in_the_chat_stays_there() {
    let repository = begun();
    let course = repository.command("work/chat", &["start", "1"]);
    let mut shell = Command::new("sh");
    shell
        .args([
            "-c",
            "\"$0\" start 1 && \"$0\" restore && \"$0\" catch-up 1 && cat Cargo.toml && pwd -P",
        ])
        .arg(course.get_program())
        .current_dir(repository.path("work/chat"));
    let said = Ran::from(shell.output().unwrap()).passes();
    assert!(said.contains("lesson = 1"), "{said}");
    assert!(said.ends_with("/work/chat\n"), "{said}");
}

/// A file that is saved while files move, or after the tool was killed in between.
#[test]
fn what_is_in_the_way_of_a_chat_is_kept() {
    let repository = begun();
    repository.rename("work/chat", "work/kept/.arriving");
    repository.rename("work/kept/.arriving", "arriving");
    repository.write("work/kept/.arriving/README", "");
    repository.rename("arriving", "work/kept/.arriving/2026-01-02-030405");
    repository.write(LIBRARY, "mine");
    repository.course(&["list"]).passes();
    assert!(repository.read(LIBRARY).contains("A chat."));
    let kept = repository.kept();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(
        repository.read(&format!("work/kept/{}/src/lib.rs", kept[0])),
        "mine"
    );
    assert!(repository.path(student::TEST).is_file());
}
