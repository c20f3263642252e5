//! Programs are killed under load, again and again.

use crate::support::{Chat, Servers, Writers, each_database};
use macro_rules_attribute::apply;

/// How many programs share a PostgreSQL database.
const SERVERS: usize = 3;
/// How often one of them is killed.
const KILLS: usize = 8;
/// How many messages are acknowledged before the next one is killed.
const BETWEEN_KILLS: usize = 60;
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
