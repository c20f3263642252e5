//! The servers that are measured, each a process of its own.

use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use chrono::Utc;
use clap::Parser;
use make_chat::{
    accounts::{
        User,
        sessions::{self, DbSessions},
    },
    config::Config,
    state::AppState,
    storage::Db,
};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;
use tower_sessions::Session;

use crate::wire::Handshake;

/// The database in the data folder.
const DATABASE: &str = "make-chat.sqlite";

/// How much is in a database.
#[derive(Debug)]
pub struct Size {
    /// All of them in the first channel.
    pub messages: i64,
    /// All of them subscribed to the first channel.
    pub people: i64,
    pub channels: i64,
}

/// A running server. It is stopped when this value is dropped.
pub struct Server {
    /// The name in the report.
    pub name: &'static str,
    address: SocketAddr,
    /// The session cookies of people who are subscribed to channel 1, and each to a channel of their own:
    /// person N to channel N + 2. Empty if the server has no sessions.
    cookies: Vec<String>,
    process: Child,
    _folder: Option<TempDir>,
}

impl Server {
    /// The chat as a process, on SQLite, with this many accounts.
    pub async fn make_chat(people: usize) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let cookies = create_accounts(folder.path(), people).await?;
        Self::make_chat_in(folder, cookies)
    }

    /// The chat with one account, in a database of this size.
    pub async fn make_chat_of(size: &Size) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let cookies = create_accounts(folder.path(), 1).await?;
        fill(folder.path(), size).await?;
        Self::make_chat_in(folder, cookies)
    }

    fn make_chat_in(folder: TempDir, cookies: Vec<String>) -> anyhow::Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_make-chat"));
        command
            .args([
                "--listen",
                "127.0.0.1:0",
                "--requests-per-second",
                "1000000",
            ])
            .arg("--data")
            .arg(folder.path())
            .env("RUST_LOG", "off")
            .env_remove("DATABASE_URL");
        let (process, address) = start(command)?;
        Ok(Self {
            name: "Make Chat",
            address,
            cookies,
            process,
            _folder: Some(folder),
        })
    }

    /// A bare broadcast on Node. Its packages are installed in `target/`.
    pub fn node() -> anyhow::Result<Self> {
        let mut command = Command::new("node");
        command.arg(install_node_servers()?.join("broadcast.mjs"));
        Self::node_with(command, None)
    }

    /// A server on Node that saves messages in the same tables, for this many people.
    pub async fn saving_node(people: usize) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        create_accounts(folder.path(), people).await?;
        let mut command = Command::new("node");
        command
            .arg(install_node_servers()?.join("saving.mjs"))
            .arg(folder.path().join(DATABASE));
        Self::node_with(command, Some(folder))
    }

    fn node_with(mut command: Command, folder: Option<TempDir>) -> anyhow::Result<Self> {
        command.env("NODE_ENV", "production");
        let (process, address) = start(command)?;
        Ok(Self {
            name: "Node socket.io",
            address,
            cookies: Vec::new(),
            process,
            _folder: folder,
        })
    }

    /// The handshake of a person.
    pub fn handshake(&self, person: usize) -> Handshake {
        Handshake {
            address: self.address,
            cookie: self.cookies.get(person).cloned(),
        }
    }

    /// The memory of the process, in KiB.
    pub fn resident_kib(&self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(self.proc_file("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let value = line.and_then(|line| line.split_whitespace().next());
        Ok(value.unwrap_or_default().parse()?)
    }

    /// The processor time of the process, user and system, in seconds.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        // Fields 14 and 15, in ticks of 10 ms. The name before them may contain spaces.
        let stat = fs::read_to_string(self.proc_file("stat"))?;
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: f64 = ticks.map(|ticks| ticks.parse().unwrap_or(0.0)).sum();
        Ok(ticks / 100.0)
    }

    fn proc_file(&self, name: &str) -> PathBuf {
        format!("/proc/{}/{name}", self.process.id()).into()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has ended already, there is nothing to do.
        if self.process.kill().is_ok() {
            drop(self.process.wait());
        }
    }
}

/// Starts a server and reads the address that it prints.
fn start(mut command: Command) -> anyhow::Result<(Child, SocketAddr)> {
    let mut process = command.stdout(Stdio::piped()).spawn()?;
    let Some(output) = process.stdout.take() else {
        anyhow::bail!("the output of the server cannot be read");
    };
    for line in BufReader::new(output).lines() {
        if let Some((_, address)) = line?.split_once("http://") {
            return Ok((process, address.trim().parse()?));
        }
    }
    anyhow::bail!("the server ended before it printed its address")
}

/// Adds people, channels and messages with one statement each.
async fn fill(data: &Path, size: &Size) -> anyhow::Result<()> {
    let state = open(data).await?;
    let Db::Sqlite { pool, .. } = &state.db else {
        anyhow::bail!("SQLite is the default");
    };
    let mut tx = pool.begin().await?;
    for (statement, count) in [
        (
            "INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
             SELECT 'user-' || i, 'user-' || i, 'user-' || i, '', '', $2 FROM numbers",
            size.people,
        ),
        (
            "INSERT INTO memberships (channel_id, user_id, seen)
             SELECT 1, id, 0 FROM users, numbers WHERE id > 1 AND $2 <> ''",
            1,
        ),
        (
            "INSERT INTO channels (kind, name, key, created_at)
             SELECT 'public', 'channel-' || i, 'channel-' || i, $2 FROM numbers",
            size.channels,
        ),
        (
            "INSERT INTO messages (channel_id, number, seq, author_id, client_id, body, sent_at)
             SELECT 1, i, i, 1 + i % (SELECT MAX(id) FROM users), 'client-' || i, 'message ' || i, $2
             FROM numbers",
            size.messages,
        ),
        (
            "UPDATE channels SET seq = (SELECT MAX(i) FROM numbers) WHERE id = 1 AND $2 <> ''",
            size.messages,
        ),
    ] {
        let numbers = "WITH RECURSIVE numbers (i) AS (
                           SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < $1) ";
        sqlx::query(AssertSqlSafe(format!("{numbers}{statement}")))
            .bind(count)
            .bind(Utc::now())
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    state.db.close().await;
    Ok(())
}

async fn open(data: &Path) -> anyhow::Result<AppState> {
    let mut config =
        Config::parse_from(["make-chat".as_ref(), "--data".as_ref(), data.as_os_str()]);
    config.database_url = None;
    Ok(AppState::open(config).await?)
}

/// Inserts accounts and sessions directly, because hashing a thousand passwords is not part of the
/// measurement.
async fn create_accounts(data: &Path, people: usize) -> anyhow::Result<Vec<String>> {
    let state = open(data).await?;
    let Db::Sqlite { pool, .. } = &state.db else {
        anyhow::bail!("SQLite is the default");
    };
    let mut tx = pool.begin().await?;
    let mut users = Vec::new();
    for number in 0..people as i64 {
        let name = format!("person-{number}");
        let user: User = sqlx::query_as(
            "INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
             VALUES ($1, $1, $1, '', '', $2) RETURNING *",
        )
        .bind(&name)
        .bind(Utc::now())
        .fetch_one(&mut *tx)
        .await?;
        let channel: i64 = sqlx::query_scalar(
            "INSERT INTO channels (kind, name, key, created_at)
             VALUES ('public', $1, $1, $2) RETURNING id",
        )
        .bind(&name)
        .bind(Utc::now())
        .fetch_one(&mut *tx)
        .await?;
        for channel in [1, channel] {
            sqlx::query("INSERT INTO memberships (channel_id, user_id, seen) VALUES ($1, $2, 0)")
                .bind(channel)
                .bind(user.id)
                .execute(&mut *tx)
                .await?;
        }
        users.push(user);
    }
    tx.commit().await?;
    let mut cookies = Vec::new();
    for user in users {
        cookies.push(log_in(&state, &user).await?);
    }
    state.db.close().await;
    Ok(cookies)
}

/// Starts a session and returns its cookie.
async fn log_in(state: &AppState, user: &User) -> anyhow::Result<String> {
    let session = Session::new(None, Arc::new(DbSessions::of(state.accounts.clone())), None);
    sessions::start(&session, user).await?;
    session.save().await?;
    let id = session.id();
    let id = id.ok_or_else(|| anyhow::anyhow!("a saved session has an id"))?;
    Ok(format!("{}={id}", sessions::cookie_name(&state.chat_id.0)))
}

fn install_node_servers() -> anyhow::Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/chat/node");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-node");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "broadcast.mjs", "saving.mjs"] {
        fs::copy(source.join(file), folder.join(file))?;
    }
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--silent",
    ]);
    let installed = npm.current_dir(&folder).status();
    match installed {
        Ok(status) if status.success() => Ok(folder),
        Ok(status) => anyhow::bail!("npm install ended with {status}"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            anyhow::bail!("npm is not installed")
        }
        Err(error) => Err(error.into()),
    }
}
