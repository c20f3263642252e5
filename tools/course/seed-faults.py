#!/usr/bin/env python3
"""Makes submissions of lesson 05 with known faults, and checks what grade says of them.

    tools/course/seed-faults.py DIR [COUNT]          makes them, one of each or COUNT
    tools/course/seed-faults.py --check GRADES_JSON  compares each row with its fault
"""

import json
import re
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LESSON = ROOT / "lessons/05-connect-disconnect"


def replace(crate, file, old, new):
    path = crate / file
    text = path.read_text()
    assert old in text, f"{file} does not contain {old}"
    path.write_text(text.replace(old, new))


def in_main(code):
    return lambda crate: replace(crate, "src/main.rs", "    server::run", f"    {code}\n    server::run")


def in_join(code):
    return lambda crate: replace(crate, "src/users.rs", "    let mut chat = chat.lock().await;\n    // Handlers", f"    {code}\n    let mut chat = chat.lock().await;\n    // Handlers")


def in_library(code):
    return lambda crate: replace(crate, "src/lib.rs", "use std::convert", f"{code}\nuse std::convert")


def write(file, text):
    def change(crate):
        path = crate / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return change


def both(*changes):
    return lambda crate: [change(crate) for change in changes]


WRONG = lambda crate: replace(crate, "src/events.rs", '"user:left"', '"user:gone"')
TESTS_EDITED = both(WRONG, *(write(f"tests/{path.name}", "#[test]\n#[ignore]\nfn nothing() {}\n") for path in LESSON.glob("tests/*.rs")))


def snapshots_edited(crate):
    WRONG(crate)
    for path in crate.glob("tests/snapshots/*.snap"):
        path.write_text(path.read_text().replace("user:left", "user:gone"))


def link(file, target):
    def change(crate):
        (crate / file).unlink(missing_ok=True)
        (crate / file).symlink_to(target)

    return change


READ = '{{ if std::fs::read("{0}").is_err() {{ panic!("the reference cannot be read"); }} }}'
REFERENCE = f"{LESSON}/src/users.rs"
WRONG_REASON = "expected `.*user:left.*received `.*user:gone"

# What is changed, the status and the reason that are expected.
FAULTS = {
    "correct": (lambda crate: None, "passed", ""),
    "wrong-event": (WRONG, "failed", WRONG_REASON),
    "missing-ack": (in_join("if true { return; }"), "failed", "^user:join got no answer within 5 s"),
    "hang": (in_join("loop { std::thread::park(); }"), "failed", "got no answer within 5 s|not answer within 5 s"),
    "panic": (in_join('if true { panic!("no more people"); }'), "failed", r"^the server panicked at src/users.rs:\d+: no more people"),
    "not-compiling": (in_join("let x: u32 = nothing;"), "not-built", r"^it does not compile: error\[E0425\].*src/users.rs:\d+"),
    "flood": (in_main('std::thread::spawn(|| loop { print!("{}", "y".repeat(65536)) });'), "failed", "^the server printed more than 8 MiB"),
    "flood-at-start": (in_main('loop { println!("{}", "test users ... ok".repeat(100)); }'), "failed", "^the server printed more than 8 MiB"),
    "endless-memory": (in_join("let mut all = Vec::new(); loop { all.push(vec![1u8; 1 << 20]); if all.is_empty() { break; } }"), "failed", "^the server wanted more memory than allowed"),
    "no-crate": (lambda crate: shutil.rmtree(crate / "src"), "unreadable", "^no chat was found: looked for src/lib.rs"),
    "tests-edited": (TESTS_EDITED, "failed", WRONG_REASON),
    "snapshots-edited": (snapshots_edited, "failed", WRONG_REASON),
    "insta-configured": (both(WRONG, write(".config/insta.yaml", "behavior:\n  force_pass: true\n  update: always\n")), "failed", WRONG_REASON),
    "cargo-configured": (both(WRONG, write(".cargo/config.toml", '[env]\nINSTA_FORCE_PASS = { value = "1", force = true }\n[build]\nrustc-wrapper = "/bin/true"\n')), "failed", WRONG_REASON),
    "build-script": (both(WRONG, write("build.rs", f'fn main() {{ std::fs::write("{ROOT}/WRITTEN", "x").unwrap(); }}\n')), "failed", WRONG_REASON),
    "prints-results": (both(WRONG, in_main('println!("test result: ok. 45 passed");')), "failed", WRONG_REASON),
    "ends-early": (in_main("std::process::exit(0);"), "failed", "^the server did not start: it ended with exit status: 0"),
    "includes-reference": (lambda crate: (crate / "src/users.rs").write_text(f'include!("{REFERENCE}");\n'), "reads-outside", "it reads a file that is not its own"),
    "path-to-reference": (lambda crate: replace(crate, "src/lib.rs", "pub mod users;", f'#[path = "{REFERENCE}"]\npub mod users;'), "reads-outside", "it reads a file that is not its own"),
    "includes-system-file": (in_library('const _: &str = include_str!("/etc/hostname");'), "reads-outside", "it reads a file that is not its own: /etc/hostname"),
    "reads-reference": (in_main(READ.format(REFERENCE)), "failed", r"^the server panicked at src/main.rs:\d+: the reference cannot be read"),
    "runs-program": (in_main('std::process::Command::new("/bin/sh").arg("-c").arg("exit 0").status().unwrap();'), "failed", r"^the server panicked at src/main.rs:\d+: .*PermissionDenied"),
    "writes-file": (in_main(f'std::fs::write("{ROOT}/WRITTEN", "x").unwrap();'), "failed", r"^the server panicked at src/main.rs:\d+: .*PermissionDenied"),
    "link-to-reference": (link("src/users.rs", REFERENCE), "unreadable", "^src/users.rs is a link"),
}

# How it is handed in, apart from the lesson's crate as a folder.
FORMS = ["fork", "work-chat", "zip", "tar.gz", "folder"]


def as_work_chat(crate, target):
    for path in sorted(crate.rglob("*")):
        place = target / "work/chat" / path.relative_to(crate)
        if path.is_file():
            text = path.read_text(errors="surrogateescape")
            text = text.replace("lesson-05", "my-chat").replace("lesson_05", "my_chat")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, errors="surrogateescape")


def hand_in(crate, folder, name, form):
    if form == "fork":
        shutil.copytree(crate, folder / name / "lessons" / LESSON.name, symlinks=True)
    elif form == "work-chat":
        as_work_chat(crate, folder / name)
    elif form == "zip":
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(crate.rglob("*")):
                archive.write(path, Path(name) / path.relative_to(crate))
    elif form == "tar.gz":
        with tarfile.open(folder / f"{name}.tar.gz", "w:gz") as archive:
            archive.add(crate, name)
    else:
        shutil.copytree(crate, folder / name, symlinks=True)


def bad_archives(folder):
    with zipfile.ZipFile(folder / "archive-leaves.zip", "w") as archive:
        archive.writestr("../escaped/src/lib.rs", "")
    with zipfile.ZipFile(folder / "archive-bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("src/lib.rs", b"0" * (300 << 20))
    with tarfile.open(folder / "archive-links.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("src/lib.rs")
        entry.type, entry.linkname = tarfile.SYMTYPE, REFERENCE
        archive.addfile(entry)
    (folder / "archive-broken.zip").write_text("no archive")


ARCHIVES = {
    "archive-leaves": "^the archive has a path that leaves it",
    "archive-bomb": "holds more than 268435456 bytes",
    "archive-links": "^the archive has a link, src/lib.rs",
    "archive-broken": "^the archive is not a zip that can be read",
}


def make(folder, count):
    folder.mkdir(parents=True)
    bad_archives(folder)
    names = [f"{name}-{form}" for form in FORMS for name in ["correct"]]
    names += [name for name in FAULTS if name != "correct"]
    number = 0
    while count and len(names) + len(ARCHIVES) < count:
        number += 1
        # In a class most programs work, or nearly.
        kinds = ["correct", "wrong-event", "missing-ack", "correct", "panic", "not-compiling", "correct", "hang", "correct", "flood", "correct", "endless-memory"]
        names.append(f"{kinds[number % len(kinds)]}-{number:03}")
    crate = folder.parent / f"{folder.name}-seed"
    for name in names:
        fault = next(fault for fault in sorted(FAULTS, key=len, reverse=True) if name.startswith(fault))
        form = next((form for form in FORMS if name.endswith(f"correct-{form}")), "folder")
        shutil.copytree(LESSON, crate)
        FAULTS[fault][0](crate)
        # So that no two are the same, as in a class.
        if (crate / "src/lib.rs").exists():
            with (crate / "src/names.rs").open("a") as source:
                source.write(f"\n/// By {name}.\npub const BY: &str = \"{name}\";\n")
        hand_in(crate, folder, name, form)
        shutil.rmtree(crate)
    print(f"{len(names) + len(ARCHIVES)} submissions in {folder}")


def check(grades):
    wrong, missing = 0, {*FAULTS, *ARCHIVES}
    graded = json.loads(grades.read_text())
    for row in graded["submissions"]:
        name, reason = row["name"], row["reason"] or ""
        fault = next((fault for fault in sorted(FAULTS, key=len, reverse=True) if name.startswith(fault)), None)
        status, words = ("unreadable", ARCHIVES[name]) if fault is None else FAULTS[fault][1:]
        missing.discard(fault or name)
        points_fit = (row["points"] == graded["of"]) == (status == "passed")
        if row["status"] != status or not re.search(words, reason) or not points_fit:
            wrong += 1
            print(f"{name}: expected {status} /{words}/, and it is {row['status']}, {row['points']} points: {reason}")
    for kind in sorted(missing):
        wrong += 1
        print(f"there is no row of the kind {kind}")
    if (ROOT / "WRITTEN").exists():
        wrong += 1
        print("a submission has written into the repository")
    print(f"{wrong} rows are wrong")
    return wrong == 0


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        sys.exit(not check(Path(sys.argv[2])))
    elif len(sys.argv) in (2, 3):
        make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 0)
    else:
        sys.exit(__doc__)
