//! Flags and environment variables.

use testkit::Recorder;

use crate::program::program;

#[tokio::test]
async fn a_wrong_flag_is_named() {
    for (flag, value) in [
        ("--listen", "many"),
        ("--listen", "65536"),
        ("--listen", "chat.example.org:80"),
        ("--public-url", "chat.example.org"),
        ("--public-url", "https://example.org/chat"),
        ("--public-url", "ftp://example.org"),
        ("--colour", "red"),
    ] {
        let said = program().flag(flag, value).refused().await;
        assert!(said.contains(flag), "{flag} {value}: {said}");
    }
}

#[tokio::test]
async fn a_wrong_variable_is_named() {
    for (variable, value) in [("PORT", "many"), ("PUBLIC_URL", "chat.example.org")] {
        let said = program().variable(variable, value).refused().await;
        assert!(said.contains(value), "{variable}={value}: {said}");
    }
}

#[tokio::test]
async fn a_flag_beats_a_variable() {
    let program = program().variable("PORT", "many").flag("--listen", "0");
    let room = Recorder::run(program).await;
    // With a port alone, nobody else on the network can reach it.
    assert!(room.address().ip().is_loopback());
}

#[tokio::test]
async fn a_taken_address_is_named() {
    let room = Recorder::run(program()).await;
    let address = room.address().to_string();
    let said = program().flag("--listen", &address).refused().await;
    assert!(said.contains(&address), "{said}");
}
