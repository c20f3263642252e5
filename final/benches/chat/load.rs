//! The load on a server, and the measurements.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::{
    servers::Server,
    wire::{Frame, PING, PONG, Receiver, Sender, connect, get},
};

/// How long each measurement sends messages.
const SENDING: Duration = Duration::from_secs(2);
/// After how long without an event no more are expected.
const QUIET: Duration = Duration::from_secs(2);
/// How often the number of events is checked.
const CHECK_PERIOD: Duration = Duration::from_millis(1);
/// How many messages are sent per second while the latency is measured.
pub const LATENCY_RATE: u32 = 200;
/// After how long without any of them something is wrong.
const ARRIVAL_TIMEOUT: Duration = Duration::from_secs(30);
/// How many messages that are.
const LATENCY_MESSAGES: u64 = 1_000;
/// How the first event begins that a connection receives.
const WELCOME: &str = r#"42["socket:welcome""#;
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
    /// Connects these people. The first one will send the messages.
    pub async fn connect(server: &Server, people: Range<usize>) -> anyhow::Result<Self> {
        let (size, sends) = (people.len(), people.start);
        let (acked, acks) = mpsc::unbounded_channel();
        let received = Arc::<AtomicUsize>::default();
        let mut readers = JoinSet::new();
        let mut first = None;
        for person in people {
            let (sender, receiver) = connect(&server.handshake(person)).await?;
            let sender = Arc::new(Mutex::new(sender));
            first.get_or_insert_with(|| sender.clone());
            let acked = (person == sends).then(|| acked.clone());
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
        wait_for(&crowd.received, usize::MAX).await;
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
        let deliveries = wait_for(&self.received, expected).await;
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
}

/// Waits until this many events have arrived, or no more arrive.
async fn wait_for(counter: &AtomicUsize, expected: usize) -> usize {
    let mut received = counter.load(Ordering::Relaxed);
    let mut last = Instant::now();
    while received < expected && last.elapsed() < QUIET {
        sleep(CHECK_PERIOD).await;
        let now = counter.load(Ordering::Relaxed);
        if now > received {
            (received, last) = (now, Instant::now());
        }
    }
    received
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

/// How long a message takes to another person, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    pub median: f64,
    pub p99: f64,
}

/// Measures the time from when the first person sends a message until the second has received it.
/// If there are several servers, they are connected to different ones.
pub async fn latency(server: &Server) -> anyhow::Result<Latency> {
    let (sender, own_receiver) = connect(&server.handshake(0)).await?;
    let (mut other_sender, mut receiver) = connect(&server.handshake(1)).await?;
    // Only then does the server send it what others write.
    while !receiver.next_text().await?.starts_with(WELCOME) {}
    let sender = Arc::new(Mutex::new(sender));
    // Somebody must read, or the server would disconnect the sender.
    let reading = tokio::spawn(read(own_receiver, sender.clone(), None, Arc::default()));
    let sending = tokio::spawn(async move {
        let mut ticks = interval(Duration::from_secs(1) / LATENCY_RATE);
        let mut sent = Vec::new();
        for number in 1..=LATENCY_MESSAGES {
            ticks.tick().await;
            sent.push(Instant::now());
            sender.lock().await.send(&send_packet(number, 1)).await?;
        }
        Ok::<_, std::io::Error>(sent)
    });
    let mut received = Vec::new();
    while (received.len() as u64) < LATENCY_MESSAGES {
        let text = timeout(ARRIVAL_TIMEOUT, receiver.next_text()).await??;
        if text.starts_with(r#"42["message:created""#) {
            received.push(Instant::now());
        } else if text == PING {
            other_sender.send(PONG).await?;
        }
    }
    let sent = sending.await??;
    reading.abort();
    // A channel's messages arrive in the order in which they were sent.
    let times = sent.iter().zip(&received);
    let mut times: Vec<f64> = times
        .map(|(sent, received)| received.duration_since(*sent).as_secs_f64() * 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[(times.len() as f64 * part) as usize];
    Ok(Latency {
        median: at(0.5),
        p99: at(0.99),
    })
}

/// The result of a measurement of saving.
#[derive(Debug, Clone, Copy)]
pub struct Saving {
    /// Messages that were saved and acknowledged, per second.
    pub rate: f64,
    /// The server's processor time per message, in microseconds.
    pub cpu: f64,
}

/// Measures saving, while this many people write at the same time. Each writes to a channel of
/// their own, and waits for the acknowledgement before the next message.
pub async fn saved_per_second(server: &Server, people: usize) -> anyhow::Result<Saving> {
    let mut connections = Vec::new();
    for person in 0..people {
        connections.push(connect(&server.handshake(person)).await?);
    }
    let cpu = server.cpu_seconds()?;
    let mut writers = JoinSet::new();
    for ((sender, receiver), person) in connections.into_iter().zip(0_i64..) {
        writers.spawn(write(sender, receiver, person + 2));
    }
    let (mut rate, mut saved) = (0.0, 0);
    while let Some(writer) = writers.join_next().await {
        let (count, seconds) = writer??;
        saved += count;
        rate += count as f64 / seconds;
    }
    let worked = server.cpu_seconds()? - cpu;
    Ok(Saving {
        rate,
        cpu: worked * 1e6 / saved as f64,
    })
}

/// How many messages were saved, in how many seconds.
async fn write(
    mut sender: Sender,
    mut receiver: Receiver,
    channel: i64,
) -> anyhow::Result<(u64, f64)> {
    let start = Instant::now();
    let mut saved = 0;
    while start.elapsed() < SENDING {
        saved += 1;
        sender.send(&send_packet(saved, channel)).await?;
        while receiver.next().await? != Frame::Ack {}
    }
    Ok((saved, start.elapsed().as_secs_f64()))
}

/// The server's processor time, in milliseconds a person, when this many people connect at once and
/// load the list of online users, as the page does.
pub async fn connecting_ms(server: &Server, size: usize) -> anyhow::Result<f64> {
    let cpu = server.cpu_seconds()?;
    let received = Arc::<AtomicUsize>::default();
    let mut people = JoinSet::new();
    for person in 0..size {
        let handshake = server.handshake(person);
        let received = received.clone();
        people.spawn(async move {
            let (sender, receiver) = connect(&handshake).await?;
            get(&handshake, "/api/people").await?;
            let sender = Arc::new(Mutex::new(sender));
            Ok::<_, std::io::Error>(tokio::spawn(read(receiver, sender, None, received)))
        });
    }
    let mut readers = Vec::new();
    while let Some(reader) = people.join_next().await {
        readers.push(reader??);
    }
    wait_for(&received, usize::MAX).await;
    let worked = server.cpu_seconds()? - cpu;
    readers.iter().for_each(|reader| reader.abort());
    Ok(worked * 1e3 / size as f64)
}

/// A connection that sends requests and waits for their acknowledgements.
pub struct Client {
    sender: Sender,
    receiver: Receiver,
    last_id: u64,
}

impl Client {
    /// Connects a person.
    pub async fn connect(server: &Server, person: usize) -> anyhow::Result<Self> {
        let (sender, receiver) = connect(&server.handshake(person)).await?;
        Ok(Self {
            sender,
            receiver,
            last_id: 0,
        })
    }

    /// Sends a request, and waits for its acknowledgement.
    pub async fn request(&mut self, event: &str, payload: &str) -> anyhow::Result<()> {
        self.last_id += 1;
        let packet = format!(r#"42{}["{event}",{payload}]"#, self.last_id);
        self.sender.send(&packet).await?;
        while self.receiver.next().await? != Frame::Ack {}
        Ok(())
    }
}

/// The server's additional memory for each idle connection, when as many people again connect. The
/// first ones use what the server has freed since its start, and would seem to need less.
pub async fn idle_kib(server: &Server, size: usize) -> anyhow::Result<f64> {
    let first = Crowd::connect(server, 0..size).await?;
    let before = server.resident_kib()?;
    let second = Crowd::connect(server, size..2 * size).await?;
    let after = server.resident_kib()?;
    drop((first, second));
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
