//! `cargo course check`: what a chat prints, and how it ends, is no result.

use crate::common::student::{FAREWELL, LIBRARY, begun, finished, said};

/// Code that goes before the word that lesson 2 says last.
fn before_bye(code: &str) -> String {
    format!("{{\n{code}\n\"bye\"\n}}")
}

/// Writes past the test harness, as a program's log does.
const PRINT: &str = "use std::io::Write; std::io::stdout().write_all(";

#[test]
fn words_that_look_like_a_result_are_none() {
    let repository = begun();
    let lines = "b\"\\ntest greeting::it_greets ... ok\\nok greeting::it_greets\\n\
                 test result: ok. 1 passed\\n\"";
    let greeting = format!("{{ {PRINT}{lines}).unwrap(); \"hello\" }}");
    repository.replace(LIBRARY, "\"hello\"", &greeting);
    let said = said(&repository, &[]);
    assert!(said.contains("2 of 3 tests pass."), "{said}");
    assert!(said.contains("- it greets (greeting)"), "{said}");
}

#[test]
fn lines_of_the_chat_do_not_hide_a_result() {
    let repository = finished();
    let code = format!(
        "{PRINT}b\"\\ntest farewell::it_says_bye ... FAILED\\n\\xff INFO half a line\").unwrap();"
    );
    repository.replace(FAREWELL, "\"bye\"", &before_bye(&code));
    let passed = repository.course(&["check"]).passes();
    assert!(passed.contains("All 3 tests pass."), "{passed}");
}

#[test]
fn a_flood_changes_no_result_and_is_cut() {
    let repository = finished();
    let flood = "for line in 0..200_000 { println!(\"flood {line}\"); }";
    repository.replace(FAREWELL, "\"bye\"", &before_bye(flood));
    let passed = repository.course(&["check"]).passes();
    assert!(passed.contains("All 3 tests pass."), "{passed}");
    repository.replace(FAREWELL, "\"bye\"", "\"goodbye\"");
    let said = said(&repository, &["bye"]);
    assert!(said.contains("flood 0\n"), "{}", &said[..300]);
    assert!(said.contains("bytes of output are left out here"));
    assert!(said.contains("right: \"bye\""));
    assert!(said.len() < 100 * 1024, "{}", said.len());
}

#[test]
fn a_program_that_ends_early_spoils_its_own_test_alone() {
    for (end, words) in [
        (
            "std::process::exit(0)",
            "the program stopped (exit status: 0)",
        ),
        (
            "std::process::abort()",
            "the program stopped (signal: 6 (SIGABRT)",
        ),
    ] {
        let repository = finished();
        let code = format!("println!(\"my last words\"); if true {{ {end}; }}");
        repository.replace(FAREWELL, "\"bye\"", &before_bye(&code));
        let said = said(&repository, &[]);
        assert!(said.contains("2 of 3 tests pass."), "{said}");
        assert!(said.contains(words), "{said}");
        assert!(said.contains("my last words"), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_has_an_end() {
    let repository = finished();
    let code = "let mut all = Vec::new(); loop { all.push(vec![1_u8; 1 << 24]); \
                if all.len() > 1_000 { break; } }";
    repository.replace(FAREWELL, "\"bye\"", &before_bye(code));
    let said = said(&repository, &[]);
    assert!(said.contains("2 of 3 tests pass."), "{said}");
    assert!(said.contains("a test may use 1024 MiB of memory"), "{said}");
}

#[test]
fn a_panic_is_quoted_and_a_test_that_does_not_panic_fails() {
    let repository = finished();
    let test = "\n#[test]\n#[should_panic = \"none\"]\nfn it_panics() {}\n";
    repository.write("work/chat/tests/own.rs", test);
    repository.append("work/chat/tests/main.rs", "mod own;\n");
    let said = said(&repository, &[]);
    assert!(said.contains("test did not panic as expected"), "{said}");
}

#[test]
fn settings_of_the_environment_change_no_result() {
    let repository = begun();
    let mut command = repository.command("", &["check"]);
    for (name, value) in [
        ("INSTA_UPDATE", "always"),
        ("RUST_TEST_NOCAPTURE", "0"),
        ("RUST_TEST_SHUFFLE", "1"),
        ("RUST_TEST_THREADS", "none"),
        ("RUST_BACKTRACE", "full"),
    ] {
        command.env(name, value);
    }
    let ran = crate::common::Ran::from(command.output().unwrap());
    assert_eq!(ran.out, said(&repository, &[]));
}
