//! The page's requests, and the events that it receives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use socketioxide::extract::{AckSender, SocketRef, State, TryData};

use super::{
    choice::Choice,
    ring_log::Page,
    session::{self, Session, User, UserError},
};
use crate::serve::{
    Workshop,
    wire::{Refusal, ServerEvent, acknowledge, emit},
};

/// Page to workshop: `play:start`, acknowledged with [`PlayStarted`].
#[derive(Debug, Deserialize)]
struct StartPlay {
    /// `lesson-07`, or `my-chat` for the student's own chat.
    program: String,
}

/// The acknowledgement of [`StartPlay`].
#[derive(Debug, Serialize)]
struct PlayStarted {
    /// The number of this run, which is also in the states of its chat.
    run: u64,
}

/// Acknowledges requests that return nothing.
#[derive(Debug, Serialize)]
struct Done {}

/// Page to workshop: `user:remove`.
#[derive(Debug, Deserialize)]
struct RemoveUser {
    name: char,
}

/// Page to workshop: `tape:read` and `log:read`. The acknowledgement comes as soon as
/// there is an entry after that number.
#[derive(Debug, Deserialize)]
struct ReadAfter {
    after: u64,
}

impl ServerEvent for session::State {
    const NAME: &'static str = "play:changed";
}

/// Registers the handlers for a page's events.
pub fn register(socket: &SocketRef) {
    socket.on("play:start", start);
    socket.on("play:stop", stop);
    socket.on("user:add", add_user);
    socket.on("user:remove", remove_user);
    socket.on("tape:read", read_tape);
    socket.on("log:read", read_log);
}

async fn start(
    socket: SocketRef,
    State(workshop): State<Workshop>,
    TryData(payload): TryData<StartPlay>,
    ack: AckSender,
) {
    let started = payload
        .map_err(|_| Refusal::bad_payload())
        .and_then(|payload| choose(&workshop, &payload.program))
        .and_then(|choice| Ok(workshop.play.start(socket.id, choice)?));
    // A page that disconnected before its chat started was missed by the disconnect handler.
    if !socket.connected() {
        workshop.play.leave(socket.id);
    }
    if let Ok(session) = &started {
        tokio::spawn(tell_changes(socket, session.clone()));
    }
    let run = |session: Arc<Session>| session.watch().borrow().run;
    acknowledge(
        ack,
        started.map(|session| PlayStarted { run: run(session) }),
    );
}

fn choose(workshop: &Workshop, package: &str) -> Result<Choice, Refusal> {
    Choice::find(&workshop.course, package)
        .ok_or_else(|| Refusal::new("program-unknown", "there is no such chat here"))
}

/// Emits the session's state now and after each change, until the page disconnects or the
/// session is gone.
async fn tell_changes(socket: SocketRef, session: Arc<Session>) {
    let mut state = session.watch();
    drop(session);
    loop {
        let event = state.borrow_and_update().clone();
        emit(&socket, &event);
        if state.changed().await.is_err() || !socket.connected() {
            return;
        }
    }
}

async fn stop(socket: SocketRef, State(workshop): State<Workshop>, ack: AckSender) {
    workshop.play.stop_one(socket.id);
    acknowledge(ack, Ok(Done {}));
}

async fn add_user(socket: SocketRef, State(workshop): State<Workshop>, ack: AckSender) {
    let added: Result<User, Refusal> = async {
        let session = session_of(&workshop, &socket)?;
        Ok(session.add_user().await?)
    }
    .await;
    acknowledge(ack, added);
}

async fn remove_user(
    socket: SocketRef,
    State(workshop): State<Workshop>,
    TryData(payload): TryData<RemoveUser>,
    ack: AckSender,
) {
    let removed = payload
        .map_err(|_| Refusal::bad_payload())
        .and_then(|payload| {
            session_of(&workshop, &socket)?.remove_user(payload.name)?;
            Ok(Done {})
        });
    acknowledge(ack, removed);
}

async fn read_tape(
    socket: SocketRef,
    State(workshop): State<Workshop>,
    TryData(payload): TryData<ReadAfter>,
    ack: AckSender,
) {
    let session = session_of(&workshop, &socket);
    let page = async { Ok(session?.tape.read(after(payload)?).await) };
    answer_reader(&socket, page.await, ack);
}

async fn read_log(
    socket: SocketRef,
    State(workshop): State<Workshop>,
    TryData(payload): TryData<ReadAfter>,
    ack: AckSender,
) {
    let session = session_of(&workshop, &socket);
    let page = async { Ok(session?.log.read(after(payload)?).await) };
    answer_reader(&socket, page.await, ack);
}

fn after<E>(payload: Result<ReadAfter, E>) -> Result<u64, Refusal> {
    Ok(payload.map_err(|_| Refusal::bad_payload())?.after)
}

/// Acknowledges a read, unless the page has disconnected in the meantime.
fn answer_reader<T: Serialize>(socket: &SocketRef, page: Result<Page<T>, Refusal>, ack: AckSender) {
    if socket.connected() {
        acknowledge(ack, page);
    }
}

fn session_of(workshop: &Workshop, socket: &SocketRef) -> Result<Arc<Session>, Refusal> {
    let session = workshop.play.session(socket.id);
    session.ok_or_else(|| Refusal::new("not-started", "no chat was started on this page"))
}

impl From<UserError> for Refusal {
    fn from(error: UserError) -> Self {
        let code = match error {
            UserError::NotRunning => "not-running",
            UserError::NoRoom => "no-room",
            UserError::Unknown => "user-unknown",
            UserError::Io(_) => "failed",
        };
        Refusal::new(code, error.to_string())
    }
}
