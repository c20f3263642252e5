//! Programs are killed and their database restarts under load, again and again.

use crate::{
    several::{LEASE, online},
    support::{Chat, Postgres, Servers, Stop, Writers, each_database},
};
use macro_rules_attribute::apply;
use tokio::time::timeout;

/// How many programs share a PostgreSQL database.
const SERVERS: usize = 3;
/// How often one of them is killed.
const KILLS: usize = 8;
/// How many messages are acknowledged before the next one is killed.
const BETWEEN_KILLS: usize = 60;
/// How many messages are acknowledged before the database restarts.
const BETWEEN_RESTARTS: usize = 100;
/// How often it restarts in each of the two ways.
const RESTARTS: usize = 3;
const NAMES: [&str; 6] = ["Ada", "Bob", "Eve", "Joe", "Kim", "Lea"];

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_program_that_is_killed_under_load_keeps_every_acknowledged_message_once_and_in_order(
    chat: Chat,
) {
    let count = chat.database_url().map_or(1, |_| SERVERS);
    let (mut servers, clients) = Servers::start(&chat, count, NAMES).await;
    let writers = Writers::start(clients);
    for kill in 1..=KILLS {
        writers.wait_for(kill * BETWEEN_KILLS).await;
        let process = kill % count;
        // One client of each pair goes on elsewhere, as behind a proxy.
        servers.move_to(process, (process + 1) % count);
        servers.kill_and_restart(process);
    }
    writers.stop_and_check().await;
    drop(servers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_restarts_under_load_keeps_every_acknowledged_message_once_and_in_order() {
    let Some(postgres) = Postgres::start().await else {
        return;
    };
    let chat = Chat::open(Some(&postgres.url())).await;
    let (servers, mut clients) = Servers::start(&chat, SERVERS, NAMES).await;
    for client in &mut clients {
        client.may_miss_events = true;
    }
    let writers = Writers::start(clients);
    for stop in [Stop::Fast, Stop::Immediate].repeat(RESTARTS) {
        writers.wait_for_more(BETWEEN_RESTARTS).await;
        postgres.restart(stop).await;
    }
    writers.wait_for_more(BETWEEN_RESTARTS).await;
    let clients = writers.stop_and_check().await;
    let mut browser = chat.browser();
    browser.log_in("Ada", "correct horse").await;
    let all_online = async { while online(&mut browser).await != NAMES {} };
    timeout(LEASE, all_online).await.unwrap();
    drop((servers, clients));
}
