//! Actions of connected clients: send, wait, and leave.

use serde_json::{Value, json};

use crate::Recorder;
use crate::message::Message;
use crate::packet::{self, Packet};
use crate::tape::{self, DISCONNECT};
use crate::wire::Missed;

impl Recorder {
    /// Sends an event, waits for the server's ack, lets all clients catch up
    /// with a [`barrier`](Recorder::barrier), and returns the ack's payload.
    ///
    /// The payload `json!(null)` sends the event without any payload.
    pub async fn request(&mut self, name: &str, event: &str, payload: Value) -> Value {
        let args = arguments(payload);
        let number = self.client(name).next_request_number();
        self.send(name, Packet::request(number, event, &args)).await;
        self.tape.sent(name, event, args);
        let answer = self.read_ack(name, event, number).await;
        self.barrier().await;
        answer
    }

    /// Sends an event without asking for an ack, and returns once it is sent.
    ///
    /// That does not mean that it was handled: the server runs the handlers of
    /// one client at the same time, so not even a barrier or a later ask is
    /// proof. [`wait_for`](Recorder::wait_for) something that the handler sends.
    pub async fn emit(&mut self, name: &str, event: &str, payload: Value) {
        let args = arguments(payload);
        self.send(name, Packet::event(event, &args)).await;
        self.tape.sent(name, event, args);
    }

    /// Sends a text packet exactly as given, for example `42["message:send"`,
    /// and returns once it is sent. An ack that it asks for is found with
    /// `wait_for(name, "ack")`.
    pub async fn send_raw(&mut self, name: &str, packet: &str) -> &mut Self {
        self.send(name, Packet::text(packet)).await;
        self.tape.sent_raw(name, packet);
        self
    }

    /// Sends a binary packet: an attachment of the raw packet before it.
    pub async fn send_binary(&mut self, name: &str, bytes: &[u8]) {
        self.send(name, Packet::Binary(bytes.to_vec())).await;
        self.tape.sent(name, "binary", vec![json!(bytes)]);
    }

    /// Waits until the client has received this event in the current step,
    /// then lets all clients catch up, and returns the payload.
    ///
    /// An event that has come already counts, but only once: waiting a second
    /// time waits for the next. The name `ack` stands for the answer to a raw
    /// packet.
    pub async fn wait_for(&mut self, name: &str, event: &str) -> Value {
        let found = self.await_event(name, event).await;
        self.barrier().await;
        found
    }

    /// Waits for this many events, each like [`wait_for`](Recorder::wait_for),
    /// lets all clients catch up once at the end, and returns the payloads.
    pub async fn wait_for_all(&mut self, name: &str, event: &str, count: usize) -> Vec<Value> {
        let mut found = Vec::with_capacity(count);
        while found.len() < count {
            found.push(self.await_event(name, event).await);
        }
        self.barrier().await;
        found
    }

    /// Waits until the server has ended this client's connection, in
    /// whichever way. An end that was noticed earlier counts.
    pub async fn wait_for_disconnect(&mut self, name: &str) {
        let until = self.deadline_from_now();
        loop {
            match self.read(name, until).await {
                Ok(_) => {}
                Err(Missed::Ended) => break,
                Err(missed) => {
                    let what = format!("{name} waited to be disconnected and was not");
                    self.fail_waiting(&what, missed, "Does the server end the connection?");
                }
            }
        }
        self.barrier().await;
    }

    /// From now on the client leaves asks of the server unanswered. Otherwise
    /// it confirms each at once, with `{"ok":{}}`.
    pub fn stay_silent(&mut self, name: &str) {
        self.client(name).stay_silent();
    }

    /// The client says goodbye and closes the connection, as a browser does
    /// when the page is left.
    ///
    /// The server handles this, and tells others, in its own time: let one of
    /// them [`wait_for`](Recorder::wait_for) that. Packets that were still on
    /// their way to this client are not recorded.
    pub async fn disconnect(&mut self, name: &str) {
        self.send(name, Packet::text(packet::DISCONNECT)).await;
        self.tape.sent(name, DISCONNECT, vec![]);
        let client = self.remove(name);
        // If the server does not close its side in time, dropping ours does.
        let _ = tokio::time::timeout(self.deadline, client.close()).await;
    }

    /// The connection is cut without a goodbye, as by a network that fails.
    ///
    /// Over websocket the TCP connection is closed, which the server notices
    /// at once. Over polling there is nothing to cut: the server would wait
    /// for the ping to time out, which takes up to 45 seconds. So there the
    /// client closes the session, and the server hears another reason.
    pub async fn drop_connection(&mut self, name: &str) {
        let client = self.remove(name);
        self.tape.sent(name, "connection lost", vec![]);
        let _ = tokio::time::timeout(self.deadline, client.cut()).await;
    }

    /// Lets every client receive all that the server has sent to it so far.
    ///
    /// Each asks to join a namespace that does not exist. The server's refusal
    /// is queued behind everything it has sent to that client before, so once
    /// the refusal is here, so is the rest. It says nothing about what the
    /// server is still working on. A client whose connection has ended is
    /// skipped.
    pub async fn barrier(&mut self) {
        let names = self.connected_names();
        for name in &names {
            self.send(name, Packet::text(packet::BARRIER)).await;
        }
        for name in &names {
            self.read_barrier(name).await;
        }
    }

    async fn await_event(&mut self, name: &str, event: &str) -> Value {
        let until = self.deadline_from_now();
        loop {
            if let Some(found) = self.tape.take_awaited(name, event) {
                return found;
            }
            if let Err(missed) = self.read(name, until).await {
                let what = format!("{name} waited for {event} and did not receive it");
                self.fail_waiting(&what, missed, "Does the server send it to this client?");
            }
        }
    }

    async fn read_barrier(&mut self, name: &str) {
        let until = self.deadline_from_now();
        loop {
            match self.read(name, until).await {
                Ok(Message::BarrierAnswer) | Err(Missed::Ended) => return,
                Ok(_) => {}
                Err(missed) => {
                    let what = format!("{name} asked whether everything had come, got no answer");
                    self.fail_waiting(&what, missed, "Was too much sent to one client at once?");
                }
            }
        }
    }

    async fn read_ack(&mut self, name: &str, event: &str, number: u64) -> Value {
        let until = self.deadline_from_now();
        loop {
            match self.read(name, until).await {
                Ok(Message::Ack { id, args }) if id == number => {
                    // The caller gets this acknowledgement: no one else waits for it.
                    self.tape.mark_last_awaited();
                    return tape::payload(&args);
                }
                Ok(_) => {}
                Err(missed) => {
                    let what = format!("{name} requested {event} and got no ack");
                    self.fail_waiting(
                        &what,
                        missed,
                        "Does the handler acknowledge in every branch?",
                    );
                }
            }
        }
    }
}

fn arguments(payload: Value) -> Vec<Value> {
    match payload {
        Value::Null => vec![],
        payload => vec![payload],
    }
}
