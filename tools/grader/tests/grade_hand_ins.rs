//! `cargo course grade`: every form in which chats are handed in.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::PathBuf,
};

use insta::assert_snapshot;

use crate::common::{
    Repository,
    handed_in::{columns, grade},
    small_chat::{LIBRARY, MAIN, copy_lesson, course, hand_in_zip, zipped},
};

const SHOWN: [&str; 7] = [
    "name", "id", "attempt", "late", "status", "points", "reason",
];

fn handed_in(repository: &Repository, name: &str) -> PathBuf {
    repository.path(&format!("handed-in/{name}"))
}

/// The files of the lesson's crate for an archive, with `folder` before each path.
fn chat(repository: &Repository, folder: &str) -> Vec<(String, Vec<u8>)> {
    let file = |file: &str| {
        let text = repository.read(&format!("lessons/02-farewell/{file}"));
        (format!("{folder}{file}"), text.into_bytes())
    };
    [LIBRARY, MAIN, "Cargo.toml"].map(file).into()
}

fn write_zip(repository: &Repository, name: &str, files: &[(String, Vec<u8>)]) {
    let path = handed_in(repository, name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, zipped(files)).unwrap();
}

/// Submissions as Moodle and Canvas export them.
fn export(repository: &Repository) {
    let zip = chat(repository, "my-chat/");
    write_zip(
        repository,
        "Jane Doe_4711_assignsubmission_file_/chat.zip",
        &zip,
    );
    write_zip(
        repository,
        "Jürgen Müller_12_assignsubmission_file_chat.zip",
        &zip,
    );
    repository.write(
        "handed-in/Jane Doe_4711_assignsubmission_onlinetext_/onlinetext.html",
        "Here it is.",
    );
    repository.write("handed-in/Rar Doe_5_assignsubmission_file_/chat.rar", "rar");
    write_zip(repository, "doejane_LATE_12345_67890_chat.zip", &zip);
    write_zip(repository, "doejane_12345_67891_chat-1.zip", &zip);
}

/// Chats next to other files, and in nested folders and archives.
fn wrapped(repository: &Repository) {
    let inner = zipped(&chat(repository, "chat/"));
    let report = ("report/report.pdf".to_owned(), b"a report".to_vec());
    write_zip(
        repository,
        "zip-in-zip.zip",
        &[("hand-in/chat.zip".to_owned(), inner), report.clone()],
    );
    let mut beside = chat(repository, "chat/");
    beside.push(report);
    write_zip(repository, "beside-report.zip", &beside);
    let windows = chat(repository, "chat/").into_iter();
    let windows: Vec<_> = windows
        .map(|(path, text)| (path.replace('/', "\\"), text))
        .collect();
    write_zip(repository, "from-windows.zip", &windows);
    copy_lesson(repository, "handed-in/all-of-work/chat");
    copy_lesson(repository, "handed-in/all-of-work/kept/2026-01-01/old");
    copy_lesson(repository, "handed-in/two-chats/chat");
    copy_lesson(repository, "handed-in/two-chats/copy-of-chat");
    copy_lesson(repository, "handed-in/fork/lessons/02-farewell");
    repository.write("handed-in/fork/Cargo.toml", "[workspace]\n");
    copy_lesson(repository, "handed-in/fork-with-chat/lessons/02-farewell");
    copy_lesson(repository, "handed-in/fork-with-chat/work/chat");
    copy_lesson(repository, "handed-in/another-lesson");
    let manifest = "handed-in/another-lesson/Cargo.toml";
    repository.replace(
        manifest,
        "[lib]",
        "[package.metadata.course]\nlesson = 1\n\n[lib]",
    );
}

/// Submissions with links and with names that only some systems allow.
fn unusual(repository: &Repository) {
    for name in [&b"J\xF6rg"[..], b"J\xFCrg"] {
        let folder = repository.path("handed-in").join(OsStr::from_bytes(name));
        for (file, text) in chat(repository, "") {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    copy_lesson(repository, "handed-in/links-target");
    symlink("/nowhere", handed_in(repository, "links-target/target")).unwrap();
    copy_lesson(repository, "handed-in/links-code");
    fs::remove_dir_all(handed_in(repository, "links-code/src")).unwrap();
    symlink(
        repository.path("lessons/02-farewell/src"),
        handed_in(repository, "links-code/src"),
    )
    .unwrap();
    large_tar(repository);
}

/// An archive with 5 GiB in `target/` before the chat. It is sparse, so it takes no space.
fn large_tar(repository: &Repository) {
    const SIZE: u64 = 5 << 30;
    let mut file = File::create(handed_in(repository, "large.tar")).unwrap();
    let header = |path: &str, size: u64| {
        let mut header = tar::Header::new_gnu();
        header.set_path(path).unwrap();
        header.set_size(size);
        header.set_mode(0o644);
        header.set_cksum();
        header
    };
    file.write_all(header("chat/target/debug/large", SIZE).as_bytes())
        .unwrap();
    file.seek(SeekFrom::Current(SIZE.try_into().unwrap()))
        .unwrap();
    let mut archive = tar::Builder::new(file);
    for (path, text) in chat(repository, "chat/") {
        archive
            .append(&header(&path, text.len() as u64), &text[..])
            .unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn every_shape_is_found_or_refused_for_a_true_reason() {
    let repository = course();
    export(&repository);
    wrapped(&repository);
    unusual(&repository);
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    assert_snapshot!(columns(&repository, &SHOWN));
}

/// An archive from `hand-in` carries the student's name, and so does its unpacked folder.
#[test]
fn a_folder_and_its_archive_have_the_same_row() {
    let repository = course();
    repository.course(&["start", "2"]).passes();
    for file in [LIBRARY, MAIN] {
        let text = repository.read(&format!("lessons/02-farewell/{file}"));
        let text = text.replace("lesson_02", "my_chat");
        repository.write(&format!("work/chat/{file}"), &text);
    }
    repository
        .course(&["hand-in", "--name", "Ada Lovelace"])
        .passes();
    let archive = "02-farewell-ada-lovelace";
    fs::create_dir(repository.path("handed-in")).unwrap();
    repository.rename(
        &format!("work/hand-in/{archive}.zip"),
        "handed-in/upload.zip",
    );
    let file = File::open(repository.path("handed-in/upload.zip")).unwrap();
    let mut unpacked = zip::ZipArchive::new(file).unwrap();
    unpacked.extract(repository.path("handed-in")).unwrap();
    for name in ["linked.zip", "linked"] {
        hand_in_links(&repository, name);
    }
    assert!(grade(&repository).is_ok);
    let rows = columns(&repository, &SHOWN);
    assert_eq!(
        rows.matches("Ada Lovelace,,,,passed,1,\n").count(),
        2,
        "{rows}"
    );
    let link = "linked,,,,unreadable,0,\"no chat was found: chat/src is a link, and links \
                are not followed\"\n";
    assert_eq!(rows.matches(link).count(), 2, "{rows}");
}

fn hand_in_links(repository: &Repository, name: &str) {
    let path = handed_in(repository, name);
    if name.ends_with(".zip") {
        let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        archive.add_symlink("chat/src", "/etc", options).unwrap();
        archive.finish().unwrap();
    } else {
        fs::create_dir_all(path.join("chat")).unwrap();
        symlink("/etc", path.join("chat/src")).unwrap();
    }
}

#[test]
fn an_archive_in_the_place_of_the_folder_is_named() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    hand_in_zip(&repository, "all.zip", "handed-in/ada");
    let words = ["grade", "handed-in/all.zip", "--lesson", "2"];
    repository
        .course(&words)
        .fails("all.zip is a file: unpack it");
}
