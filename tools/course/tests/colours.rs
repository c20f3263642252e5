//! Everything can be read without colours: where there is no terminal, there are none.

use crate::common::{
    Ran, Repository,
    student::{LIBRARY, begun},
};

#[track_caller]
fn is_plain(repository: &Repository, words: &[&str]) -> String {
    let mut command = repository.command("", words);
    // Without being told so: what is piped is no terminal.
    let ran = Ran::from(command.env_remove("NO_COLOR").output().unwrap());
    let said = ran.out + &ran.error;
    assert!(!said.is_empty());
    assert!(!said.contains('\x1b'), "{said:?}");
    said
}

#[test]
fn what_is_piped_has_no_colours() {
    let repository = begun();
    is_plain(&repository, &["list"]);
    let difference = is_plain(&repository, &["diff", "1", "2"]);
    assert!(difference.contains("+pub mod farewell;"), "{difference}");
    let failed = is_plain(&repository, &["check"]);
    assert!(failed.contains("it greets (greeting)"), "{failed}");
    is_plain(&repository, &["verify", "--only", "shape"]);
    repository.append(LIBRARY, "nothing");
    let broken = is_plain(&repository, &["check"]);
    assert!(broken.contains("error: "), "{broken}");
}
