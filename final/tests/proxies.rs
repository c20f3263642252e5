//! Several servers behind nginx and Caddy, with the files in `deploy/`.

use std::{ffi::OsString, net::SocketAddr, time::Duration};

use testkit::{Recorder, Transport};
use tokio::{sync::watch, task::JoinHandle, time::interval};

use crate::support::{
    Browser, Chat, Choice, Client, Process, ProxyKind, RealProxy, Writers, each_database, enter,
    say,
};
use macro_rules_attribute::apply;

/// How many servers are behind the proxy.
const SERVERS: usize = 3;
/// How many messages are acknowledged before something changes.
const BETWEEN: usize = 40;
/// How often a page without a connection tries again.
const RETRY: Duration = Duration::from_millis(200);
const NAMES: [&str; 4] = ["Ada", "Bob", "Eve", "Joe"];
/// Enough that they are not all on one server by chance: of a million runs, in none.
const MOST_PEOPLE: usize = 16;

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn servers_behind_nginx_are_replaced_while_everyone_writes(chat: Chat) {
    replace_while_everyone_writes(&chat, ProxyKind::Nginx).await;
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn servers_behind_caddy_are_replaced_while_everyone_writes(chat: Chat) {
    replace_while_everyone_writes(&chat, ProxyKind::Caddy).await;
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn websockets_through_nginx_may_come_to_another_server_each_time(chat: Chat) {
    reconnect_in_turn(&chat, ProxyKind::Nginx).await;
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn websockets_through_caddy_may_come_to_another_server_each_time(chat: Chat) {
    reconnect_in_turn(&chat, ProxyKind::Caddy).await;
}

#[apply(each_database!)]
async fn a_page_that_polls_through_nginx_comes_back_to_its_server(chat: Chat) {
    poll(&chat, ProxyKind::Nginx).await;
}

#[apply(each_database!)]
async fn a_page_that_polls_through_caddy_comes_back_to_its_server(chat: Chat) {
    poll(&chat, ProxyKind::Caddy).await;
}

async fn replace_while_everyone_writes(chat: &Chat, kind: ProxyKind) {
    let Some(mut servers) = Behind::start(chat, kind, Choice::Sticky).await else {
        return;
    };
    let writers = Writers::start(servers.clients(chat).await);
    let mut reader = servers.browser(chat.signed_up("Kim").await).await;
    for server in 0..SERVERS {
        writers.wait_for_more(BETWEEN).await;
        let stopped = servers.stop(server).await;
        // While one server is missing, pages still open, and messages are still acknowledged.
        let page = reader.get("/home").await;
        assert_eq!(page.status, 200, "{}", servers.proxy.log());
        writers.wait_for_more(BETWEEN).await;
        servers.start_again(server, stopped);
        let page = reader.get("/home").await;
        assert_eq!(page.status, 200, "{}", servers.proxy.log());
    }
    writers.wait_for_more(BETWEEN).await;
    for client in writers.stop_and_check().await {
        // Nobody was disconnected without a word.
        assert!(client.count("server:stopping") > 0, "{}", client.name);
    }
}

async fn reconnect_in_turn(chat: &Chat, kind: ProxyKind) {
    let Some(servers) = Behind::start(chat, kind, Choice::InTurn).await else {
        return;
    };
    let mut clients = servers.clients(chat).await;
    assert!(count_used(chat).await > 1);
    for round in 0..2 * SERVERS {
        for writer in 0..clients.len() {
            clients[writer].disconnect();
            let body = format!("{round}");
            clients[writer].send(1, &body, None).await;
            clients[writer].settle().await;
            let known = clients[writer].known(1);
            for client in &mut clients {
                client.receive_up_to(1, known).await;
            }
        }
    }
    let expected = clients[0].shown(1);
    assert_eq!(expected.len(), 2 * SERVERS * clients.len());
    for client in &clients {
        assert_eq!(client.shown(1), expected, "{}", client.name);
    }
}

async fn poll(chat: &Chat, kind: ProxyKind) {
    let Some(servers) = Behind::start(chat, kind, Choice::Sticky).await else {
        return;
    };
    let mut room = Recorder::attach(servers.proxy.address, Transport::Polling).await;
    let mut names = Vec::new();
    let people = chat.many_signed_up(MOST_PEOPLE).await;
    chat.subscribe_others().await;
    for browser in people {
        let name = format!("window {}", names.len());
        let browser = servers.browser(browser).await;
        enter(&mut room, &name, &browser).await;
        names.push(name);
    }
    assert!(count_used(chat).await > 1);
    for writer in &names {
        say(&mut room, writer, 1, "hello").await;
        for name in &names {
            room.wait_for(name, "message:created").await;
        }
    }
}

/// How many servers have sockets.
async fn count_used(chat: &Chat) -> i64 {
    let used = "SELECT count(DISTINCT process_id) FROM online";
    chat.count(used).await
}

/// Servers behind a proxy.
struct Behind {
    servers: Vec<Option<Process>>,
    proxy: RealProxy,
    flags: Vec<OsString>,
    seats: watch::Sender<SocketAddr>,
    retries: JoinHandle<()>,
}

impl Behind {
    /// None without a database that servers can share, and if the proxy is not installed.
    async fn start(chat: &Chat, kind: ProxyKind, choice: Choice) -> Option<Self> {
        chat.database_url()?;
        if !ProxyKind::installed().contains(&kind) {
            return None;
        }
        let address = RealProxy::free_address();
        let mut flags = chat.flags();
        for flag in [
            "--public-url",
            &format!("http://{address}"),
            "--trusted-proxy",
            "127.0.0.1",
        ] {
            flags.push(flag.into());
        }
        let servers: Vec<_> = (0..SERVERS).map(|_| Process::start(&flags)).collect();
        let proxy = RealProxy::start(kind, address, choice, &servers).await;
        let seats = watch::Sender::new(address);
        let retries = tokio::spawn(retry(seats.clone()));
        Some(Self {
            servers: servers.into_iter().map(Some).collect(),
            proxy,
            flags,
            seats,
            retries,
        })
    }

    /// A client that is connected through the proxy for each of the names.
    async fn clients(&self, chat: &Chat) -> Vec<Client> {
        let mut clients = Vec::new();
        for name in NAMES {
            let browser = self.browser(chat.signed_up(name).await).await;
            let mut client = Client::new(name, &browser, self.seats.subscribe());
            client.settle().await;
            clients.push(client);
        }
        clients
    }

    /// A browser that has opened a page through the proxy, which may have set a cookie of its own.
    async fn browser(&self, mut browser: Browser) -> Browser {
        browser.visit(self.proxy.address);
        assert_eq!(browser.get("/home").await.status, 200);
        browser
    }

    /// Stops a server gracefully. Returns its address.
    async fn stop(&mut self, server: usize) -> SocketAddr {
        let process = self.servers[server].take().unwrap();
        let address = process.address;
        let ended = process.stop().await;
        assert!(ended.status.success(), "{ended:?}");
        address
    }

    /// Starts a server where it was before, as the proxy expects it.
    fn start_again(&mut self, server: usize, address: SocketAddr) {
        let mut flags = self.flags.clone();
        let listen = flags.iter().position(|flag| flag == "--listen").unwrap();
        flags[listen + 1] = address.to_string().into();
        self.servers[server] = Some(Process::start(&flags));
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.retries.abort();
    }
}

/// Has clients without a connection try again, as pages do.
async fn retry(seats: watch::Sender<SocketAddr>) {
    let mut ticks = interval(RETRY);
    loop {
        ticks.tick().await;
        seats.send_modify(|_| {});
    }
}
