//! Whatever the repository's folder is called, and whatever is set in the environment.

use std::process::Command;

use crate::common::{
    Ran, Repository,
    student::{self, LIBRARY, finished},
};

#[test]
fn any_folder_will_do() {
    for name in ["my course [1]", "Übung & 中文", "it's {so} #3"] {
        let repository = Repository::in_folder(name);
        repository.course(&["catch-up", "1"]).passes();
        repository.course(&["check"]).passes();
        repository.course(&["start", "2", "--keep"]).passes();
        student::write_farewell(&repository);
        let said = student::said(&repository, &[]);
        assert!(said.contains("2 of 3 tests pass."), "{said}");
        repository.replace(LIBRARY, "\"hello\"", "\"hello!\"");
        let done = repository.course(&["check"]).passes();
        assert!(!done.contains("The grader would not take"), "{done}");
        repository.course(&["diff", "mine"]).passes();
        repository.course(&["restore"]).passes();
        repository.course(&["check"]).passes();
        repository.verify("steps").passes();
        let tested = repository.cargo_in("", &["test", "--workspace"]);
        assert!(tested.is_ok, "{}", tested.error);
    }
}

/// The linker of Linux does not write into such a folder, others do.
#[test]
fn a_folder_in_which_nothing_can_be_built_is_named() {
    let repository = Repository::in_folder("100%25");
    repository.course(&["catch-up", "1"]).passes();
    let ran = repository.course(&["check"]);
    let words = "100%25/course/work/chat has a % in its name: the linker may not find it";
    assert!(ran.is_ok || ran.out.contains(words), "{}", ran.out);
}

#[test]
fn settings_of_cargo_do_no_harm() {
    let repository = finished();
    let host = host();
    for (name, value) in [
        ("CARGO_BUILD_TARGET", host.as_str()),
        ("CARGO_TERM_VERBOSE", "true"),
        ("CARGO_TERM_QUIET", "true"),
        ("CARGO_TERM_PROGRESS_WHEN", "always"),
        ("CARGO_BUILD_JOBS", "1"),
        ("RUSTFLAGS", "--cap-lints warn"),
        ("RUST_MIN_STACK", "4000000"),
        ("RUST_LOG", "trace"),
    ] {
        let mut command = repository.command("", &["check"]);
        command
            .env(name, value)
            .env("CARGO_TERM_PROGRESS_WIDTH", "40");
        let ran = Ran::from(command.output().unwrap());
        assert!(
            ran.is_ok && ran.error.is_empty(),
            "{name}: {}{}",
            ran.out,
            ran.error
        );
        assert!(ran.out.contains("Lesson 02 is done"), "{name}: {}", ran.out);
    }
}

#[test]
fn a_setting_with_which_nothing_can_be_built_is_named() {
    let repository = finished();
    for (name, value) in [("RUSTC_WRAPPER", "/no/wrapper"), ("RUSTFLAGS", "--no-flag")] {
        let mut command = repository.command("", &["check"]);
        let ran = Ran::from(command.env(name, value).output().unwrap());
        assert!(!ran.is_ok && ran.error.is_empty(), "{}", ran.error);
        let words = format!("keeps cargo from building:\n  - {name}={value} is set");
        assert!(ran.out.contains(&words), "{}", ran.out);
    }
}

/// A check with this text in the configuration of all of the user's crates.
fn check_configured(repository: &Repository, settings: &str) -> Ran {
    repository.write("../home/config.toml", settings);
    let mut command = repository.command("", &["check"]);
    let home = repository.path("../home");
    let command = command
        .env("CARGO_HOME", home)
        .env_remove("CARGO_TARGET_DIR");
    Ran::from(command.output().unwrap())
}

#[test]
fn the_users_own_configuration_of_cargo_does_no_harm() {
    let repository = finished();
    let host = host();
    let runner = format!("[target.{host}]\nrunner = \"/no/runner\"\n");
    let elsewhere = repository.path("../elsewhere");
    let elsewhere = format!(
        "[build]\ntarget-dir = {:?}\n",
        elsewhere.display().to_string()
    );
    let target = format!("[build]\ntarget = \"{host}\"\n");
    for settings in [
        elsewhere.as_str(),
        &runner,
        &target,
        "[build]\njobs = 1\nrustflags = [\"--cap-lints\", \"warn\"]\n",
        "[term]\nverbose = true\ncolor = \"always\"\nprogress.when = \"always\"\nprogress.width = 9\n",
        "[term]\nquiet = true\n[net]\noffline = true\n",
        "[profile.dev]\npanic = \"abort\"\ndebug = 2\nopt-level = 1\n[profile.test]\ndebug = 0\n",
        "[alias]\ntest = \"help\"\nrun = \"help\"\n",
        "[source.crates-io]\nreplace-with = \"nowhere\"\n",
        "[env]\nRUST_TEST_THREADS = \"none\"\nINSTA_UPDATE = \"always\"\n",
    ] {
        let ran = check_configured(&repository, settings);
        assert!(ran.error.is_empty(), "{settings}: {}", ran.error);
        let is_done = ran.is_ok && ran.out.contains("Lesson 02 is done");
        assert!(is_done, "{settings}: {}", ran.out);
    }
}

#[test]
fn a_setting_of_their_own_with_which_nothing_can_be_built_is_named() {
    let repository = finished();
    let host = host();
    let linker = format!("[target.{host}]\nlinker = \"/no/linker\"\n");
    for (setting, settings) in [
        (
            "build.rustc-wrapper",
            "[build]\nrustc-wrapper = \"/no/wrapper\"\n",
        ),
        ("build.rustflags", "[build]\nrustflags = \"--no-flag\"\n"),
        ("build.target", "[build]\ntarget = \"no-target\"\n"),
        ("target", &linker),
        ("profile", "[profile.dev]\nopt-level = 7\n"),
        (
            "patch",
            "[patch.crates-io]\nnothing = { path = \"/no/crate\" }\n",
        ),
    ] {
        // Otherwise cargo would find that everything is built.
        repository.append(LIBRARY, "// Another line.\n");
        let ran = check_configured(&repository, settings);
        let said = format!("{settings}: {}{}", ran.out, ran.error);
        assert!(!ran.is_ok && ran.error.is_empty(), "{said}");
        let words = "keeps cargo from building:\n  - ";
        let words = format!("{words}{setting} is set in ");
        assert!(ran.out.contains(&words), "{said}");
        assert!(ran.out.contains("home/config.toml"), "{said}");
    }
}

#[test]
fn a_setting_in_a_folder_above_is_named() {
    let repository = finished();
    repository.write(
        "../.cargo/config.toml",
        "[build]\nrustflags = \"--no-flag\"\n",
    );
    let said = student::said(&repository, &[]);
    let file = repository.path("../.cargo/config.toml").canonicalize();
    let words = format!("build.rustflags is set in {}", file.unwrap().display());
    assert!(said.contains(&words), "{said}");
}

/// The target of this system.
fn host() -> String {
    let rustc = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output();
    let host = String::from_utf8(rustc.unwrap().stdout).unwrap();
    host.trim().to_owned()
}
