//! Measures the performance of the chat, and compares it with servers on Node: one that only
//! broadcasts, and one that also saves what it broadcasts.
//!
//! ```sh
//! cargo bench -p make-chat
//! cargo bench -p make-chat -- writing    # or memory, people, connecting, growth, day
//! final/tests/postgres.sh cargo bench -p make-chat -- several
//! ```
//!
//! Results depend on the machine, and on one machine they vary from minute to minute. So each result is
//! the median of several rounds in which the servers take turns, and only the ratio counts.

mod day;
mod growth;
mod load;
mod report;
mod servers;
mod several;
mod wire;

use std::env;

use load::{Crowd, Fanout, Saving, connecting_ms, idle_kib, saved_per_second};
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
/// How many people connect at once: each number is compared with the first.
const CONNECTING: [usize; 5] = [500, 250, 1_000, 2_000, 4_000];
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
    let mut report = Report::new(["Make Chat", "Node"]);
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
            measure_saving(node.is_some(), people, &mut report).await?;
        }
    }
    print!("{report}");
    if is_wanted("connecting") {
        print!("{}", measure_connecting().await?);
    }
    if is_wanted("growth") {
        print!("{}", growth::measure().await?);
    }
    if is_wanted("day") {
        print!("{}", day::measure().await?);
    }
    if is_wanted("several") {
        measure_several().await?;
    }
    Ok(())
}

/// Whether the command line names this part, or no part at all.
fn is_wanted(part: &str) -> bool {
    // Cargo adds an option, too.
    let mut named = env::args().skip(1).filter(|word| !word.starts_with("--"));
    let first = named.next();
    first.is_none_or(|first| first == part || named.any(|word| word == part))
}

async fn measure_several() -> anyhow::Result<()> {
    let Ok(url) = env::var("TEST_POSTGRES_URL") else {
        println!("Several servers are skipped: run this with final/tests/postgres.sh");
        return Ok(());
    };
    for report in several::measure(&url).await? {
        print!("{report}");
    }
    Ok(())
}

/// Each round starts fresh servers, because a process does not always return freed memory.
async fn measure_memory(node: Option<&Server>, report: &mut Report) -> anyhow::Result<()> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let server = Server::make_chat(2 * IDLE).await?;
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
    let mut ours = Crowd::connect(&chat, 0..size).await?;
    let mut theirs = match node {
        Some(node) => Some((node, Crowd::connect(node, 0..size).await?)),
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

async fn measure_saving(has_node: bool, people: usize, report: &mut Report) -> anyhow::Result<()> {
    let chat = Server::make_chat(people).await?;
    let node = match has_node {
        true => Some(Server::saving_node(people).await?),
        false => None,
    };
    let (mut of_chat, mut of_node) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_chat.push(saved_per_second(&chat, people).await?);
        if let Some(node) = &node {
            of_node.push(saved_per_second(node, people).await?);
        }
    }
    let rate = |result: &Saving| result.rate;
    let cpu = |result: &Saving| result.cpu;
    report.add(
        &format!("{people} sending: messages saved per second"),
        median(of_chat.iter().map(rate)),
        median(of_node.iter().map(rate)),
    );
    report.add(
        &format!("{people} sending: CPU per message, µs"),
        median(of_chat.iter().map(cpu)),
        median(of_node.iter().map(cpu)),
    );
    Ok(())
}

/// Each round starts fresh servers, because everyone must be new.
async fn measure_connecting() -> anyhow::Result<Report> {
    let mut report = Report::of_growth(["small", "large"]);
    let mut results = CONNECTING.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (size, results) in CONNECTING.into_iter().zip(&mut results) {
            let server = Server::make_chat(size).await?;
            results.push(connecting_ms(&server, size).await?);
        }
    }
    let [first, ..] = CONNECTING;
    let medians = results.map(median);
    for (size, cost) in CONNECTING.into_iter().zip(medians) {
        let what = format!("{first} and {size} connecting: CPU per person, ms");
        report.add(&what, medians[0], cost);
    }
    Ok(report)
}
