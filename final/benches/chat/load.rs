//! The load on a server, and the measurements.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    servers::Server,
    wire::{Frame, PONG, Receiver, Sender, connect},
};

/// How long each measurement sends messages.
const SENDING: Duration = Duration::from_secs(2);
/// After how long without an event no more are expected.
const QUIET: Duration = Duration::from_secs(2);
/// How often the number of events is checked.
const CHECK_PERIOD: Duration = Duration::from_millis(1);
/// The text of each message: 200 bytes.
const BODY: &str = "The quick brown fox jumps over the lazy dog and then it rests for a while \
    in the shade of an old tree until the sun has gone down behind the hills and the evening \
    air is cool enough to go home again";

/// The result of a measurement.
#[derive(Debug, Clone, Copy)]
pub struct Fanout {
    /// Deliveries per second.
    pub rate: f64,
    /// The server's processor time per delivery, in microseconds.
    pub cpu: f64,
}

/// Connected people who count the events that they receive.
pub struct Crowd {
    sender: Arc<Mutex<Sender>>,
    /// The acknowledgements of the first person's messages.
    acks: mpsc::UnboundedReceiver<()>,
    /// How many events all people together have received.
    received: Arc<AtomicUsize>,
    size: usize,
    last_id: u64,
    _readers: JoinSet<()>,
}

impl Crowd {
    /// Connects this many people. The first one will send the messages.
    pub async fn connect(server: &Server, size: usize) -> anyhow::Result<Self> {
        let (acked, acks) = mpsc::unbounded_channel();
        let received = Arc::<AtomicUsize>::default();
        let mut readers = JoinSet::new();
        let mut first = None;
        for person in 0..size {
            let (sender, receiver) = connect(&server.handshake(person)).await?;
            let sender = Arc::new(Mutex::new(sender));
            first.get_or_insert_with(|| sender.clone());
            let acked = (person == 0).then(|| acked.clone());
            readers.spawn(read(receiver, sender, acked, received.clone()));
        }
        let crowd = Self {
            sender: first.ok_or_else(|| anyhow::anyhow!("a crowd needs at least one person"))?,
            acks,
            received,
            size,
            last_id: 0,
            _readers: readers,
        };
        // Until the events of connecting have arrived.
        crowd.wait_for(usize::MAX).await;
        Ok(crowd)
    }

    /// Sends messages for a while, with this many in flight at a time, and waits until everyone has
    /// received all of them.
    pub async fn measure(&mut self, server: &Server, in_flight: usize) -> anyhow::Result<Fanout> {
        self.received.store(0, Ordering::Relaxed);
        let cpu = server.cpu_seconds()?;
        let start = Instant::now();
        let mut sent = 0;
        let mut acked = 0;
        while start.elapsed() < SENDING {
            while sent - acked < in_flight {
                self.send().await?;
                sent += 1;
            }
            self.wait_for_ack().await?;
            acked += 1;
        }
        while acked < sent {
            self.wait_for_ack().await?;
            acked += 1;
        }
        let expected = sent * self.size;
        let deliveries = self.wait_for(expected).await;
        if deliveries != expected {
            anyhow::bail!("{} delivered {deliveries} of {expected}", server.name);
        }
        let seconds = start.elapsed().as_secs_f64();
        let worked = server.cpu_seconds()? - cpu;
        Ok(Fanout {
            rate: deliveries as f64 / seconds,
            cpu: worked * 1e6 / deliveries as f64,
        })
    }

    async fn send(&mut self) -> anyhow::Result<()> {
        self.last_id += 1;
        let packet = send_packet(self.last_id, 1);
        Ok(self.sender.lock().await.send(&packet).await?)
    }

    async fn wait_for_ack(&mut self) -> anyhow::Result<()> {
        let ack = timeout(QUIET, self.acks.recv()).await?;
        ack.ok_or_else(|| anyhow::anyhow!("the connection has ended"))
    }

    /// Waits until this many events have arrived, or no more arrive.
    async fn wait_for(&self, expected: usize) -> usize {
        let mut received = self.received.load(Ordering::Relaxed);
        let mut last = Instant::now();
        while received < expected && last.elapsed() < QUIET {
            sleep(CHECK_PERIOD).await;
            let now = self.received.load(Ordering::Relaxed);
            if now > received {
                (received, last) = (now, Instant::now());
            }
        }
        received
    }
}

/// Counts the events of one person, and keeps the connection alive.
async fn read(
    mut receiver: Receiver,
    sender: Arc<Mutex<Sender>>,
    acked: Option<mpsc::UnboundedSender<()>>,
    received: Arc<AtomicUsize>,
) {
    while let Ok(frame) = receiver.next().await {
        let is_open = match (frame, &acked) {
            (Frame::Event, _) => {
                received.fetch_add(1, Ordering::Relaxed);
                true
            }
            (Frame::Ack, Some(acked)) => acked.send(()).is_ok(),
            (Frame::Ping, _) => sender.lock().await.send(PONG).await.is_ok(),
            _ => true,
        };
        if !is_open {
            return;
        }
    }
}

/// Messages saved and acknowledged per second, while this many people write at the same time. Each writes
/// to a channel of their own, and waits for the acknowledgement before the next message.
pub async fn saved_per_second(server: &Server, people: usize) -> anyhow::Result<f64> {
    let mut writers = JoinSet::new();
    for person in 0..people {
        let (sender, receiver) = connect(&server.handshake(person)).await?;
        writers.spawn(write(sender, receiver, person as i64 + 2));
    }
    let mut total = 0.0;
    while let Some(rate) = writers.join_next().await {
        total += rate??;
    }
    Ok(total)
}

async fn write(mut sender: Sender, mut receiver: Receiver, channel: i64) -> anyhow::Result<f64> {
    let start = Instant::now();
    let mut saved = 0;
    while start.elapsed() < SENDING {
        saved += 1;
        sender.send(&send_packet(saved, channel)).await?;
        while receiver.next().await? != Frame::Ack {}
    }
    Ok(saved as f64 / start.elapsed().as_secs_f64())
}

/// The server's additional memory for each idle connection.
pub async fn idle_kib(server: &Server, size: usize) -> anyhow::Result<f64> {
    let before = server.resident_kib()?;
    let crowd = Crowd::connect(server, size).await?;
    let after = server.resident_kib()?;
    drop(crowd);
    Ok((after - before) / size as f64)
}

fn send_packet(number: u64, channel: i64) -> String {
    // A new client id each time, because the server would take the same one for a retry.
    let run = std::process::id();
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos());
    format!(
        r#"42{number}["message:send",{{"channel":{channel},"clientId":"{run}-{nanos}","body":"{BODY}"}}]"#
    )
}
