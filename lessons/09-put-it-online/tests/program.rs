//! The program, as people start and stop it.

use testkit::Program;
#[cfg(unix)]
use {insta::assert_snapshot, testkit::Recorder};

/// The chat, to be started with settings.
pub fn program() -> Program {
    Program::new(env!("CARGO_BIN_EXE_lesson-09"))
}

/// Elsewhere, a program has no such signal.
#[cfg(unix)]
#[tokio::test]
async fn a_stop_is_announced_and_ends_every_connection() {
    let mut room = Recorder::run(program()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("The chat is asked to stop").terminate();
    for name in ["Ada", "Bob"] {
        room.wait_for(name, "server:stopping").await;
    }
    for name in ["Ada", "Bob"] {
        room.wait_for_disconnect(name).await;
    }
    assert!(room.wait_for_end().success());
    assert_snapshot!(room.tape());
}
