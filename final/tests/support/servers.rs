//! Several programs on one database.

use std::{ffi::OsString, net::SocketAddr};

use tokio::sync::watch;

use super::{Chat, Client, Process};

/// Programs that use the same database. Each client is connected to one of them, and can move.
pub struct Servers {
    processes: Vec<Process>,
    flags: Vec<OsString>,
    seats: Vec<Seat>,
}

/// Where a client connects.
struct Seat {
    process: usize,
    address: watch::Sender<SocketAddr>,
}

impl Servers {
    /// Signs up these people, starts as many programs, and connects a client to each.
    pub async fn start_with<const N: usize>(chat: &Chat, names: [&str; N]) -> (Self, [Client; N]) {
        Self::start(chat, N, names).await
    }

    /// Signs up these people, starts this many programs, and connects each client to one of them.
    pub async fn start<const N: usize>(
        chat: &Chat,
        count: usize,
        names: [&str; N],
    ) -> (Self, [Client; N]) {
        let mut browsers = Vec::new();
        for name in names {
            browsers.push(chat.signed_up(name).await);
        }
        let flags = chat.flags();
        let mut servers = Self {
            processes: (0..count).map(|_| Process::start(&flags)).collect(),
            flags,
            seats: Vec::new(),
        };
        let mut people = (0..count).cycle().zip(&browsers);
        let mut clients = names.map(|name| {
            // There is a browser for each name.
            let (process, browser) = people.next().unwrap();
            Client::new(name, browser, servers.seat(process))
        });
        for client in &mut clients {
            client.settle().await;
        }
        (servers, clients)
    }

    /// How many programs there are.
    pub fn count(&self) -> usize {
        self.processes.len()
    }

    /// The address of a program.
    pub fn address(&self, process: usize) -> SocketAddr {
        self.processes[process].address
    }

    /// A further seat at a program, for a new client.
    pub fn seat(&mut self, process: usize) -> watch::Receiver<SocketAddr> {
        let address = watch::Sender::new(self.address(process));
        let seat = address.subscribe();
        self.seats.push(Seat { process, address });
        seat
    }

    /// The next connection of a client goes to this program.
    pub fn move_to(&mut self, client: usize, process: usize) {
        let address = self.address(process);
        let seat = &mut self.seats[client];
        seat.process = process;
        seat.address.send_replace(address);
    }

    /// Kills a program in the middle of its work, and starts it again. Its clients follow it.
    pub fn kill_and_restart(&mut self, process: usize) {
        self.processes.remove(process).kill();
        let again = Process::start(&self.flags);
        self.processes.insert(process, again);
        self.announce(process);
    }

    /// Stops a program gracefully, and starts it again.
    pub async fn stop_and_restart(&mut self, process: usize) {
        let ended = self.processes.remove(process).stop().await;
        assert!(ended.status.success(), "{ended:?}");
        let again = Process::start(&self.flags);
        self.processes.insert(process, again);
        self.announce(process);
    }

    /// Kills a program for good.
    pub fn end(&mut self, process: usize) {
        self.processes.remove(process).kill();
    }

    fn announce(&self, process: usize) {
        for seat in self.seats.iter().filter(|seat| seat.process == process) {
            seat.address.send_replace(self.address(process));
        }
    }
}
