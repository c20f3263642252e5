//! What is done to a server, and how long it takes.

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

/// How long each measurement sends.
const SENDING: Duration = Duration::from_secs(2);
/// How long nothing may come before nothing more is expected.
const QUIET: Duration = Duration::from_secs(2);
/// How often it is looked at what has come.
const LOOK: Duration = Duration::from_millis(1);
/// What people write: 200 bytes.
const BODY: &str = "The quick brown fox jumps over the lazy dog and then it rests for a while \
    in the shade of an old tree until the sun has gone down behind the hills and the evening \
    air is cool enough to go home again";

/// What one measurement found.
#[derive(Debug, Clone, Copy)]
pub struct Fanout {
    /// Deliveries in a second.
    pub rate: f64,
    /// Microseconds of the server's work for one delivery.
    pub cpu: f64,
}

/// People who are connected and count what they hear.
pub struct Crowd {
    sender: Arc<Mutex<Sender>>,
    /// A number for each message that the first one's ask was answered.
    answers: mpsc::UnboundedReceiver<()>,
    /// How many events all of them have heard.
    heard: Arc<AtomicUsize>,
    size: usize,
    asked: u64,
    _readers: JoinSet<()>,
}

impl Crowd {
    /// Lets this many people connect; the first one is who will write.
    pub async fn gather(server: &Server, size: usize) -> anyhow::Result<Self> {
        let (answered, answers) = mpsc::unbounded_channel();
        let heard = Arc::<AtomicUsize>::default();
        let mut readers = JoinSet::new();
        let mut first = None;
        for person in 0..size {
            let (sender, receiver) = connect(&server.greeting(person)).await?;
            let sender = Arc::new(Mutex::new(sender));
            first.get_or_insert_with(|| sender.clone());
            let answered = (person == 0).then(|| answered.clone());
            readers.spawn(listen(receiver, sender, answered, heard.clone()));
        }
        let crowd = Self {
            sender: first.ok_or_else(|| anyhow::anyhow!("a crowd has people"))?,
            answers,
            heard,
            size,
            asked: 0,
            _readers: readers,
        };
        // Until nothing is left of the greetings.
        crowd.wait_for(usize::MAX).await;
        Ok(crowd)
    }

    /// Sends for a while with so many messages on their way at a time, waits
    /// until everybody has heard them all, and says how fast that was.
    pub async fn measure(&mut self, server: &Server, in_flight: usize) -> anyhow::Result<Fanout> {
        self.heard.store(0, Ordering::Relaxed);
        let cpu = server.cpu_seconds()?;
        let start = Instant::now();
        let mut sent = 0;
        let mut answered = 0;
        while start.elapsed() < SENDING {
            while sent - answered < in_flight {
                self.ask().await?;
                sent += 1;
            }
            self.wait_for_answer().await?;
            answered += 1;
        }
        while answered < sent {
            self.wait_for_answer().await?;
            answered += 1;
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

    async fn ask(&mut self) -> anyhow::Result<()> {
        self.asked += 1;
        let send = send_packet(self.asked, 1);
        Ok(self.sender.lock().await.send(&send).await?)
    }

    async fn wait_for_answer(&mut self) -> anyhow::Result<()> {
        let answer = timeout(QUIET, self.answers.recv()).await?;
        answer.ok_or_else(|| anyhow::anyhow!("the connection has ended"))
    }

    /// Waits until so many events were heard, or no more come.
    async fn wait_for(&self, expected: usize) -> usize {
        let mut heard = self.heard.load(Ordering::Relaxed);
        let mut last = Instant::now();
        while heard < expected && last.elapsed() < QUIET {
            sleep(LOOK).await;
            let now = self.heard.load(Ordering::Relaxed);
            if now > heard {
                (heard, last) = (now, Instant::now());
            }
        }
        heard
    }
}

/// Counts what one person hears, and keeps the connection open.
async fn listen(
    mut receiver: Receiver,
    sender: Arc<Mutex<Sender>>,
    answered: Option<mpsc::UnboundedSender<()>>,
    heard: Arc<AtomicUsize>,
) {
    while let Ok(frame) = receiver.next().await {
        let goes_on = match (frame, &answered) {
            (Frame::Event, _) => {
                heard.fetch_add(1, Ordering::Relaxed);
                true
            }
            (Frame::Ack, Some(answered)) => answered.send(()).is_ok(),
            (Frame::Ping, _) => sender.lock().await.send(PONG).await.is_ok(),
            _ => true,
        };
        if !goes_on {
            return;
        }
    }
}

/// How many messages a second are saved and answered when this many people
/// write at once, each in a channel of their own, each waiting for the answer
/// before the next.
pub async fn saved_per_second(server: &Server, people: usize) -> anyhow::Result<f64> {
    let mut writers = JoinSet::new();
    for person in 0..people {
        let (sender, receiver) = connect(&server.greeting(person)).await?;
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

/// How much more memory the server holds for each connection that does nothing.
pub async fn idle_kib(server: &Server, size: usize) -> anyhow::Result<f64> {
    let before = server.resident_kib()?;
    let crowd = Crowd::gather(server, size).await?;
    let after = server.resident_kib()?;
    drop(crowd);
    Ok((after - before) / size as f64)
}

fn send_packet(number: u64, channel: i64) -> String {
    // New in each run: a message that is sent again is not saved again.
    let run = std::process::id();
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos());
    format!(
        r#"42{number}["message:send",{{"channel":{channel},"clientId":"{run}-{nanos}","body":"{BODY}"}}]"#
    )
}
