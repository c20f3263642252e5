//! How the time of a request grows with the data.

use std::time::Instant;

use crate::{
    load::Client,
    report::{Report, median},
    servers::{Server, Size},
    wire::get,
};

/// A chat of a class, and one of a large company.
const SIZES: [Size; 2] = [
    Size {
        messages: 1_000,
        people: 100,
        channels: 10,
    },
    Size {
        messages: 1_000_000,
        people: 10_000,
        channels: 1_000,
    },
];
/// How often each request is sent.
const REQUESTS: usize = 50;

/// Measures the requests of a page in both chats, which take turns.
pub async fn measure() -> anyhow::Result<Report> {
    let [small, large] = &SIZES;
    let servers = [
        Server::make_chat_of(small).await?,
        Server::make_chat_of(large).await?,
    ];
    let mut report = Report::of_growth(["small", "large"]);
    measure_opening(&servers, &mut report).await?;
    for (what, path) in [
        ("a page of history", "/api/channels/1/messages?before=500"),
        ("channels with unread counts", "/api/channels"),
        ("search of channels", "/api/channels?query=nnel-9"),
        ("the page of the chat", "/home"),
    ] {
        measure_path(&servers, what, [path, path], &mut report).await?;
    }
    let changes = SIZES.map(|size| {
        let after = size.messages - 500;
        format!("/api/channels/1/changes?after={after}")
    });
    let [small, large] = &changes;
    measure_path(
        &servers,
        "sync after 500 changes",
        [small, large],
        &mut report,
    )
    .await?;
    Ok(report)
}

async fn measure_opening(servers: &[Server; 2], report: &mut Report) -> anyhow::Result<()> {
    let [small, large] = servers;
    let mut clients = [
        Client::connect(small, 0).await?,
        Client::connect(large, 0).await?,
    ];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..REQUESTS {
        for (client, times) in clients.iter_mut().zip(&mut times) {
            let start = Instant::now();
            client.request("channel:open", r#"{"channel":1}"#).await?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let [small, large] = times.map(median);
    report.add("opening a channel, ms", small, large);
    Ok(())
}

async fn measure_path(
    servers: &[Server; 2],
    what: &str,
    paths: [&str; 2],
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..REQUESTS {
        for ((server, path), times) in servers.iter().zip(paths).zip(&mut times) {
            let start = Instant::now();
            get(&server.handshake(0), path).await?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let [small, large] = times.map(median);
    report.add(&format!("{what}, ms"), small, large);
    Ok(())
}
