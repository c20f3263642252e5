//! Under the conversation: packets out, packets in and onto the tape, and how
//! a wait that is too long fails with words.

use tokio::time::{Instant, timeout_at};

use crate::Recorder;
use crate::client::Client;
use crate::message::Message;
use crate::packet::{Packet, confirmation};
use crate::tape::{ACK, DISCONNECT};

/// Why there is nothing to read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Missed {
    Deadline,
    Ended,
}

impl Recorder {
    pub(crate) async fn send(&mut self, name: &str, packet: Packet) {
        let until = self.deadline_from_now();
        let client = self.client(name);
        if timeout_at(until, client.send(packet)).await.is_err() {
            let what = format!("{name} sent something and could not get rid of it");
            self.fail_waiting(&what, Missed::Deadline, "Is the server blocked?");
        }
    }

    /// Reads and records what the server said next to this client.
    pub(crate) async fn read(&mut self, name: &str, until: Instant) -> Result<Message, Missed> {
        let client = self.known_client(name);
        if client.ended {
            return Err(Missed::Ended);
        }
        match timeout_at(until, client.next()).await {
            Ok(Some(Message::Disconnect)) => {
                // A browser, too, closes the connection when it has nothing
                // left to say on it.
                let _ = timeout_at(until, client.hang_up()).await;
                self.end(name);
                Err(Missed::Ended)
            }
            Ok(Some(message)) => {
                self.record(name, &message);
                Ok(message)
            }
            Ok(None) => {
                self.end(name);
                Err(Missed::Ended)
            }
            Err(_) => Err(Missed::Deadline),
        }
    }

    fn record(&mut self, name: &str, message: &Message) {
        match message {
            Message::Event {
                name: event,
                args,
                ask,
            } => {
                self.tape.received(name, event, args.clone());
                if ask.is_some() && self.known_client(name).confirms() {
                    self.tape.sent(name, ACK, vec![confirmation()]);
                }
            }
            Message::Ack { args, .. } => self.tape.received(name, ACK, args.clone()),
            Message::Other(text) => self.tape.received_raw(name, text),
            // How connections begin and end, and how the recorder catches up,
            // is not what a tape is about.
            Message::Connected { .. }
            | Message::Refused { .. }
            | Message::BarrierAnswer
            | Message::Disconnect => {}
        }
    }

    fn end(&mut self, name: &str) {
        self.known_client(name).ended = true;
        self.tape.received(name, DISCONNECT, vec![]);
    }

    pub(crate) fn connected_names(&self) -> Vec<String> {
        let connected = self.clients.iter().filter(|(_, client)| !client.ended);
        connected.map(|(name, _)| name.clone()).collect()
    }

    /// The client of this name, which must be connected.
    pub(crate) fn client(&mut self, name: &str) -> &mut Client {
        if self.known_client(name).ended {
            self.tape
                .fail(&format!("The server has ended the connection of {name}."));
        }
        self.known_client(name)
    }

    fn known_client(&mut self, name: &str) -> &mut Client {
        let tape = &self.tape;
        self.clients
            .get_mut(name)
            .unwrap_or_else(|| tape.fail(&unknown(name)))
    }

    /// Takes a connected client out of the room.
    pub(crate) fn remove(&mut self, name: &str) -> Client {
        self.client(name);
        self.clients
            .remove(name)
            .unwrap_or_else(|| self.tape.fail(&unknown(name)))
    }

    pub(crate) fn deadline_from_now(&self) -> Instant {
        Instant::now() + self.deadline
    }

    /// Fails the test: `what` did not happen.
    pub(crate) fn fail_waiting(&self, what: &str, missed: Missed, hint: &str) -> ! {
        let sentence = match missed {
            Missed::Deadline => format!("{what} within {}. {hint}", self.deadline_in_words()),
            Missed::Ended => format!("{what}: the server ended the connection."),
        };
        self.tape.fail(&sentence)
    }

    pub(crate) fn deadline_in_words(&self) -> String {
        let seconds = self.deadline.as_secs_f64();
        format!("{seconds} s")
    }
}

fn unknown(name: &str) -> String {
    format!("No client is named {name}: connect it first.")
}
