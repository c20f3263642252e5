//! A day in fast motion: each hour people connect, talk, send files and leave. The memory of the server
//! should be the same each evening.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    load::{Client, Crowd},
    report::Report,
    servers::Server,
    wire::upload,
};

const HOURS: usize = 24;
/// After how many hours everything is in use that a server keeps.
const MORNING: usize = 6;
/// How many people come and go each hour.
const PEOPLE: usize = 300;
/// How many messages are in flight at a time.
const IN_FLIGHT: usize = 10;
/// How many files are sent each hour, and their size.
const FILES: usize = 20;
const FILE_BYTES: usize = 1024 * 1024;
/// How long the server may take to notice that everyone has left.
const LEAVING: Duration = Duration::from_secs(1);

pub async fn measure() -> anyhow::Result<Report> {
    let server = Server::make_chat(PEOPLE).await?;
    let mut memory = Vec::new();
    for _ in 0..HOURS {
        let mut crowd = Crowd::connect(&server, 0..PEOPLE).await?;
        crowd.measure(&server, IN_FLIGHT).await?;
        send_files(&server).await?;
        drop(crowd);
        sleep(LEAVING).await;
        memory.push(server.resident_kib()? / 1024.0);
    }
    let mut report = Report::of_growth(["morning", "night"]);
    let what = format!("memory after {MORNING} and {HOURS} hours, MiB");
    report.add(
        &what,
        memory.get(MORNING - 1).copied(),
        memory.last().copied(),
    );
    Ok(report)
}

async fn send_files(server: &Server) -> anyhow::Result<()> {
    // Each by another person, because uploads are limited.
    for person in 0..FILES {
        let mut client = Client::connect(server, person).await?;
        let file = upload(&server.handshake(person), &vec![b'x'; FILE_BYTES]).await?;
        let message =
            format!(r#"{{"channel":1,"clientId":"{file}","body":"a file","files":["{file}"]}}"#);
        client.request("message:send", &message).await?;
    }
    Ok(())
}
