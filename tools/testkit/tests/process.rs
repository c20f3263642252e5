//! The server may be another program, which `TESTKIT_SERVER` names.

use crate::app;
use std::env;
use std::net::TcpStream;
use std::process::{Command, Output};

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

/// A conversation that the tests below repeat against a program.
#[tokio::test]
async fn a_conversation() {
    let mut room = Recorder::start(app::app()).await;
    println!("address: {}", room.address());
    room.step("Ada and Bob connect")
        .connect(["Ada", "Bob"])
        .await;
    room.step("Ada says hello")
        .request("Ada", "message:send", json!({ "body": "hello" }))
        .await;
    assert_snapshot!(room.tape(), @r#"
    == Ada and Bob connect
    Ada <- socket:welcome {"id":"[socket 1]"}
    Bob <- socket:welcome {"id":"[socket 2]"}

    == Ada says hello
    Ada -> message:send {"body":"hello"}
    Ada <- message:created {"author":"[socket 1]","body":"hello","sentAt":"[time]"}
    Ada <- ack {"ok":{"id":1}}
    Bob <- message:created {"author":"[socket 1]","body":"hello","sentAt":"[time]"}
    "#);
}

/// Runs the conversation in a process of its own, against the program that behaves
/// in this manner: `examples/server.rs`, which `cargo test` builds, and
/// `cargo test --test recorder` does not.
// An error here fails the test.
#[allow(clippy::unwrap_used)]
fn conversation_with(manner: &str) -> Output {
    let this = env::current_exe().unwrap();
    let built = this.parent().and_then(|deps| deps.parent()).unwrap();
    let server = built.join(format!("examples/server{}", env::consts::EXE_SUFFIX));
    Command::new(&this)
        .args(["--exact", "process::a_conversation", "--nocapture"])
        .env("TESTKIT_SERVER", format!("{}\n{manner}", server.display()))
        .output()
        .unwrap()
}

/// The output of a conversation that must not pass.
#[track_caller]
fn complaint_about(manner: &str) -> String {
    let output = conversation_with(manner);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it passed: {said}");
    said
}

#[test]
fn the_tape_of_another_program_is_the_same() {
    let output = conversation_with("");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_program_ends_with_the_test() {
    let output = conversation_with("");
    let printed = String::from_utf8_lossy(&output.stdout);
    let address = printed
        .lines()
        .find_map(|line| line.split_once("address: "));
    let (_, address) = address.unwrap_or_else(|| panic!("no address in {printed}"));
    assert!(TcpStream::connect(address).is_err(), "{address} answers");
}

#[test]
fn a_program_that_gives_up_is_quoted() {
    let said = complaint_about("gives-up");
    for words in [
        "The server ended before it printed its address.",
        "The server ended with exit status: 3.",
        "The server said:\nthere is no room for a chat",
    ] {
        assert!(said.contains(words), "{words:?} is missing in {said}");
    }
}

#[test]
fn a_program_that_ends_in_the_middle_is_quoted() {
    let said = complaint_about("hangs-up");
    for words in [
        "The server ended with exit status: 7.",
        "The server said:\ntoo much for me",
    ] {
        assert!(said.contains(words), "{words:?} is missing in {said}");
    }
}

#[test]
fn a_program_that_floods_its_output_is_stopped() {
    let said = complaint_about("floods");
    let words = "The server printed more than 8 MiB and was stopped.";
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_program_that_does_not_exist_is_named() {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "process::a_conversation", "--nocapture"])
        .env("TESTKIT_SERVER", "/nowhere/server")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/nowhere/server"), "{said}");
}
