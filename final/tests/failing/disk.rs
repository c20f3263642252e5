//! A disk that fails at single calls: each kind of call, each call of a request.

use rustix::io::Errno;
use serde_json::Value;
use tokio::sync::watch;

use super::writer::{REQUESTS, Request, Writer};
use crate::support::{Chat, Client, DiskCall, Fault, FaultyDisk, Lasts, Process, program};

/// More calls than any request makes.
const MAX_CALLS: i32 = 200;
/// More messages than fill the write-ahead log, so that SQLite copies it into the database.
const MAX_MESSAGES: usize = 5_000;

/// A program on a faulty disk, and someone who uses it.
struct Trial {
    chat: Chat,
    disk: FaultyDisk,
    process: Process,
    writer: Writer,
}

impl Trial {
    async fn start() -> Self {
        let chat = Chat::open(None).await;
        let mut ada = chat.signed_up("Ada").await;
        let disk = FaultyDisk::new();
        let mut program = program();
        program.args(chat.flags());
        disk.load_into(&mut program, chat.data());
        let process = Process::start_as(program);
        ada.visit(process.address);
        Self {
            chat,
            disk,
            process,
            writer: Writer::new(ada),
        }
    }

    /// Makes a request while its first call fails, then one while its second does, and so on, until
    /// there is none left.
    async fn fail_each_call_of(&mut self, request: Request, fault: Fault) {
        let mut calls = 0;
        while self.fail_at(request, fault, calls + 1).await > 0 {
            calls += 1;
            assert!(calls < MAX_CALLS, "{request:?} does not end: {fault:?}");
        }
        assert!(calls > 0, "{request:?} makes no such call: {fault:?}");
    }

    /// Makes a request while its disk fails at the `number`th call, and makes it again when the disk
    /// works. Returns how many calls have failed.
    async fn fail_at(&mut self, request: Request, fault: Fault, number: i32) -> i32 {
        self.writer.prepare(&self.chat, request).await;
        // Empties the write-ahead log, and so all caches. The next writer begins it anew, and syncs it.
        self.chat.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
        self.disk.fail_at(fault, number);
        let first = self.writer.make(request).await;
        let failed = self.disk.works();
        assert!(
            failed > 0 || first.status < 400,
            "{request:?}: {}",
            first.body
        );
        // After a commit, the server reads whether the log is still there. If that fails, it does not
        // know that the request is done.
        let may_be_done = fault.call == DiskCall::Read;
        self.writer.repeat(request, &first, may_be_done).await;
        failed
    }

    /// Kills the program, and starts it again on a disk that works.
    async fn check_after_a_crash(mut self) {
        self.process.kill();
        let process = Process::start(&self.chat.flags());
        self.writer.browser.visit(process.address);
        self.writer.check(&self.chat).await;
        assert_eq!(self.chat.text("PRAGMA integrity_check").await, "ok");
    }
}

async fn fail_each_call(call: DiskCall, error: Errno, durations: &[Lasts]) {
    let mut trial = Trial::start().await;
    for lasts in durations {
        let fault = Fault {
            call,
            error,
            lasts: *lasts,
        };
        for request in REQUESTS {
            trial.fail_each_call_of(request, fault).await;
        }
    }
    trial.check_after_a_crash().await;
}

#[tokio::test]
async fn a_write_that_finds_no_room_loses_nothing() {
    fail_each_call(DiskCall::Write, Errno::NOSPC, &[Lasts::Once, Lasts::On]).await;
}

#[tokio::test]
async fn a_write_that_fails_loses_nothing() {
    fail_each_call(DiskCall::Write, Errno::IO, &[Lasts::Once, Lasts::On]).await;
}

#[tokio::test]
async fn a_sync_that_fails_loses_nothing() {
    fail_each_call(DiskCall::Sync, Errno::IO, &[Lasts::Once, Lasts::On]).await;
}

#[tokio::test]
async fn a_read_that_fails_loses_nothing() {
    fail_each_call(DiskCall::Read, Errno::IO, &[Lasts::Once, Lasts::On]).await;
}

#[tokio::test]
async fn a_lock_that_fails_loses_nothing() {
    // Not for long: SQLite waits for a lock, and `faults` tests that.
    fail_each_call(DiskCall::Lock, Errno::IO, &[Lasts::Once]).await;
}

/// The server reads after a commit whether the log is still there. If that fails, it takes the
/// message for one that is not saved, and then for a retry, which is not broadcast.
#[tokio::test]
async fn a_message_is_broadcast_whichever_read_fails() {
    let mut trial = Trial::start().await;
    let bob = trial.chat.signed_up("Bob").await;
    let address = watch::Sender::new(trial.process.address);
    let mut bob = Client::new("Bob", &bob, address.subscribe());
    bob.connect().await;
    let fault = Fault {
        call: DiskCall::Read,
        error: Errno::IO,
        lasts: Lasts::Once,
    };
    let mut number = 1;
    while trial.fail_at(Request::Send, fault, number).await > 0 {
        receive_message(&mut bob, number).await;
        number += 1;
    }
}

/// Receives events until the message with this number is among them.
async fn receive_message(client: &mut Client, number: i32) {
    let is_it = |(name, payload): &(String, Value)| {
        name == "message:created" && payload["message"]["number"] == number
    };
    while !client.events.iter().any(is_it) {
        assert!(client.receive().await);
    }
}

#[tokio::test]
async fn a_checkpoint_that_fails_loses_nothing() {
    let mut trial = Trial::start().await;
    trial.writer.prepare(&trial.chat, Request::Send).await;
    let first = trial.writer.make(Request::Send).await;
    trial.writer.repeat(Request::Send, &first, false).await;
    // The log has begun: only a checkpoint syncs now.
    let fault = Fault {
        call: DiskCall::Sync,
        error: Errno::IO,
        lasts: Lasts::On,
    };
    trial.disk.fail_at(fault, 1);
    let mut messages = 0;
    while trial.disk.failed() == 0 {
        trial.writer.prepare(&trial.chat, Request::Send).await;
        let sent = trial.writer.make(Request::Send).await;
        trial.writer.repeat(Request::Send, &sent, false).await;
        messages += 1;
        assert!(messages < MAX_MESSAGES, "there is no checkpoint");
    }
    trial.check_after_a_crash().await;
}
