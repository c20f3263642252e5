//! One, two and three servers that share a PostgreSQL database.

use anyhow::Context;

use crate::{
    ROUNDS, load,
    load::{Crowd, Latency, Saving, saved_per_second},
    report::{Report, median},
    servers::Server,
};

/// How many servers are compared with one.
const COUNTS: [usize; 3] = [1, 2, 3];
/// How many people are in the channel, on all servers together.
const PEOPLE: usize = 300;
/// How many messages are in flight at a time.
const IN_FLIGHT: usize = 10;
/// How many people write at the same time.
const WRITERS: usize = 50;

/// Measures each number of servers in turn; `url` is that of a PostgreSQL server on which databases
/// can be created. Each report compares a number of servers with one.
pub async fn measure(url: &str) -> anyhow::Result<Vec<Report>> {
    let mut results = COUNTS.map(|_| Results::default());
    for _ in 0..ROUNDS {
        for (count, results) in COUNTS.into_iter().zip(&mut results) {
            let servers = Server::make_chats_on(url, count, PEOPLE).await?;
            let part = |name| format!("{name} with {count} servers failed");
            let crowd = Crowd::connect(&servers, 0..PEOPLE).await;
            let mut crowd = crowd.with_context(|| part("connecting"))?;
            let fanout = crowd.measure(&servers, IN_FLIGHT).await;
            results
                .fanout
                .push(fanout.with_context(|| part("delivering"))?);
            drop(crowd);
            let saving = saved_per_second(&servers, WRITERS).await;
            results.saving.push(saving.with_context(|| part("saving"))?);
            let latency = load::latency(&servers).await;
            results
                .latency
                .push(latency.with_context(|| part("the latency"))?);
        }
    }
    let [one, two, three] = results;
    Ok(vec![
        compare(["1 server", "2 servers"], &one, &two),
        compare(["1 server", "3 servers"], &one, &three),
    ])
}

#[derive(Default)]
struct Results {
    fanout: Vec<load::Fanout>,
    saving: Vec<Saving>,
    latency: Vec<Latency>,
}

impl Results {
    fn medians(&self) -> [Option<f64>; 6] {
        let fanout = |value: fn(&load::Fanout) -> f64| median(self.fanout.iter().map(value));
        let saving = |value: fn(&Saving) -> f64| median(self.saving.iter().map(value));
        let latency = |value: fn(&Latency) -> f64| median(self.latency.iter().map(value));
        [
            fanout(|result| result.rate),
            fanout(|result| result.cpu),
            saving(|result| result.rate),
            saving(|result| result.cpu),
            latency(|result| result.median),
            latency(|result| result.p99),
        ]
    }
}

fn compare(columns: [&'static str; 2], one: &Results, several: &Results) -> Report {
    let mut report = Report::of_growth(columns);
    let rows = [
        format!("{PEOPLE} people, {IN_FLIGHT} in flight: deliveries per second"),
        format!("{PEOPLE} people, {IN_FLIGHT} in flight: CPU per delivery, µs"),
        format!("{WRITERS} sending: messages saved per second"),
        format!("{WRITERS} sending: CPU per message, µs"),
        format!("{} a second: latency, median, ms", load::LATENCY_RATE),
        format!(
            "{} a second: latency, 99th percentile, ms",
            load::LATENCY_RATE
        ),
    ];
    for ((what, one), several) in rows.iter().zip(one.medians()).zip(several.medians()) {
        report.add(what, one, several);
    }
    report
}
