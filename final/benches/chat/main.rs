//! Measures the performance of the chat, and compares it with a bare broadcast on Node:
//!
//! ```sh
//! cargo bench -p make-chat
//! cargo bench -p make-chat -- writing    # or memory, or people
//! ```
//!
//! Results depend on the machine, and on one machine they vary from minute to minute. So each result is
//! the median of several rounds in which the servers take turns, and only the ratio counts.

mod load;
mod report;
mod servers;
mod wire;

use std::env;

use load::{Crowd, Fanout, idle_kib, saved_per_second};
use report::{Report, median};
use servers::Server;

/// How many rounds each measurement has.
const ROUNDS: usize = 5;
/// How many people are in the channel.
const CROWDS: [usize; 2] = [100, 1_000];
/// How many messages are in flight at a time.
const IN_FLIGHT: [usize; 2] = [10, 1];
/// How many people write at the same time.
const WRITERS: [usize; 2] = [1, 50];
/// How many idle connections the memory is divided by.
const IDLE: usize = 1_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let node = match Server::node() {
        Ok(server) => Some(server),
        Err(error) => {
            println!("Node is skipped: {error}");
            None
        }
    };
    let mut report = Report::default();
    if is_wanted("memory") {
        measure_memory(node.as_ref(), &mut report).await?;
    }
    if is_wanted("people") {
        for size in CROWDS {
            measure_fanout(node.as_ref(), size, &mut report).await?;
        }
    }
    if is_wanted("writing") {
        for people in WRITERS {
            measure_saving(people, &mut report).await?;
        }
    }
    print!("{report}");
    Ok(())
}

/// Whether the command line names this part, or no part at all.
fn is_wanted(part: &str) -> bool {
    // Cargo adds an option, too.
    let mut named = env::args().skip(1).filter(|word| !word.starts_with("--"));
    let first = named.next();
    first.is_none_or(|first| first == part || named.any(|word| word == part))
}

/// Each round starts fresh servers, because a process does not always return freed memory.
async fn measure_memory(node: Option<&Server>, report: &mut Report) -> anyhow::Result<()> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let server = Server::make_chat(IDLE).await?;
        ours.push(idle_kib(&server, IDLE).await?);
        drop(server);
        if node.is_some() {
            let server = Server::node()?;
            theirs.push(idle_kib(&server, IDLE).await?);
        }
    }
    report.add(
        "memory per idle connection, KiB",
        median(ours),
        median(theirs),
    );
    Ok(())
}

async fn measure_fanout(
    node: Option<&Server>,
    size: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let chat = Server::make_chat(size).await?;
    let mut ours = Crowd::connect(&chat, size).await?;
    let mut theirs = match node {
        Some(node) => Some((node, Crowd::connect(node, size).await?)),
        None => None,
    };
    for in_flight in IN_FLIGHT {
        let (mut of_chat, mut of_node) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            of_chat.push(ours.measure(&chat, in_flight).await?);
            if let Some((node, crowd)) = &mut theirs {
                of_node.push(crowd.measure(node, in_flight).await?);
            }
        }
        let what = format!("{size} people, {in_flight} in flight");
        let rate = |result: &Fanout| result.rate;
        let cpu = |result: &Fanout| result.cpu;
        report.add(
            &format!("{what}: deliveries per second"),
            median(of_chat.iter().map(rate)),
            median(of_node.iter().map(rate)),
        );
        report.add(
            &format!("{what}: CPU per delivery, µs"),
            median(of_chat.iter().map(cpu)),
            median(of_node.iter().map(cpu)),
        );
    }
    Ok(())
}

/// Measures only our server, because the other one saves nothing.
async fn measure_saving(people: usize, report: &mut Report) -> anyhow::Result<()> {
    let server = Server::make_chat(people).await?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        rates.push(saved_per_second(&server, people).await?);
    }
    let what = format!("{people} sending: messages saved per second");
    report.add(&what, median(rates), None);
    Ok(())
}
