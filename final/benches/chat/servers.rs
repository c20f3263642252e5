//! The servers that are measured, each a process of its own.

use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
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
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tower_sessions::Session;

use crate::wire::Handshake;

/// Without any work for this long, a server has prepared everything.
const IDLE_FOR: Duration = Duration::from_millis(200);

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

/// A running server, or several that share a database. They are stopped when this value is dropped.
pub struct Server {
    /// The name in the report.
    pub name: &'static str,
    /// One of each process. People are spread over them.
    addresses: Vec<SocketAddr>,
    /// The session cookies of people who are subscribed to channel 1, and each to a channel of their own:
    /// person N to channel N + 2. Empty if the server has no sessions.
    cookies: Vec<String>,
    processes: Vec<Child>,
    folder: Option<TempDir>,
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

    /// Several chats that share a database of their own on this PostgreSQL server, with this many accounts.
    pub async fn make_chats_on(url: &str, count: usize, people: usize) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let url = create_database(url).await?;
        let cookies = create_accounts_on(&url, folder.path(), people).await?;
        let mut chats = Self::of("Make Chat", cookies, Some(folder));
        for _ in 0..count {
            let mut command = chats.make_chat_command();
            command.env("DATABASE_URL", &url);
            chats.add(command)?;
        }
        Ok(chats)
    }

    fn make_chat_in(folder: TempDir, cookies: Vec<String>) -> anyhow::Result<Self> {
        let mut chat = Self::of("Make Chat", cookies, Some(folder));
        chat.add(chat.make_chat_command())?;
        Ok(chat)
    }

    fn make_chat_command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_make-chat"));
        command
            .args([
                "--listen",
                "127.0.0.1:0",
                "--requests-per-second",
                "1000000",
            ])
            .env(
                "RUST_LOG",
                env::var("RUST_LOG").unwrap_or_else(|_| "off".to_owned()),
            )
            // As in deploy/make-chat.service.
            .env("MALLOC_ARENA_MAX", "2")
            .env_remove("DATABASE_URL");
        if let Some(folder) = &self.folder {
            command.arg("--data").arg(folder.path());
        }
        command
    }

    /// No process yet.
    fn of(name: &'static str, cookies: Vec<String>, folder: Option<TempDir>) -> Self {
        Self {
            name,
            addresses: Vec::new(),
            cookies,
            processes: Vec::new(),
            folder,
        }
    }

    fn add(&mut self, command: Command) -> anyhow::Result<()> {
        let (process, address) = start(command)?;
        self.processes.push(process);
        self.addresses.push(address);
        Ok(())
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
        let mut node = Self::of("Node socket.io", Vec::new(), folder);
        node.add(command)?;
        Ok(node)
    }

    /// The handshake of a person.
    pub fn handshake(&self, person: usize) -> Handshake {
        Handshake {
            address: self.addresses[person % self.addresses.len()],
            cookie: self.cookies.get(person).cloned(),
        }
    }

    /// The memory of all processes, in KiB.
    pub fn resident_kib(&self) -> anyhow::Result<f64> {
        self.processes.iter().map(resident_kib).sum()
    }

    /// The processor time of all processes, user and system, in seconds.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        self.processes.iter().map(cpu_seconds).sum()
    }
}

fn resident_kib(process: &Child) -> anyhow::Result<f64> {
    let status = fs::read_to_string(proc_file(process, "status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let value = line.and_then(|line| line.split_whitespace().next());
    Ok(value.unwrap_or_default().parse()?)
}

fn cpu_seconds(process: &Child) -> anyhow::Result<f64> {
    // Fields 14 and 15, in ticks of 10 ms. The name before them may contain spaces.
    let stat = fs::read_to_string(proc_file(process, "stat"))?;
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.map(|ticks| ticks.parse().unwrap_or(0.0)).sum();
    Ok(ticks / 100.0)
}

fn proc_file(process: &Child, name: &str) -> PathBuf {
    format!("/proc/{}/{name}", process.id()).into()
}

impl Drop for Server {
    fn drop(&mut self) {
        for process in &mut self.processes {
            // If it has ended already, there is nothing to do.
            if process.kill().is_ok() {
                drop(process.wait());
            }
        }
    }
}

/// Starts a server and reads the address that it prints.
fn start(mut command: Command) -> anyhow::Result<(Child, SocketAddr)> {
    let mut process = command.stdout(Stdio::piped()).spawn()?;
    let Some(output) = process.stdout.take() else {
        anyhow::bail!("the output of the server cannot be read");
    };
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next() {
        if let Some((_, address)) = line?.split_once("http://") {
            let address = address.trim().parse()?;
            // Its log is shown, if `RUST_LOG` asks for one.
            thread::spawn(move || {
                lines
                    .map_while(Result::ok)
                    .for_each(|line| eprintln!("{line}"))
            });
            wait_until_idle(&process)?;
            return Ok((process, address));
        }
    }
    anyhow::bail!("the server ended before it printed its address")
}

/// A server may still prepare something when it listens; Make Chat compresses its scripts.
fn wait_until_idle(process: &Child) -> anyhow::Result<()> {
    let mut before = -1.0;
    loop {
        let worked = cpu_seconds(process)?;
        if worked <= before {
            return Ok(());
        }
        before = worked;
        thread::sleep(IDLE_FOR);
    }
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
    open_on(data, None).await
}

/// Opens the chat with its database at this URL, or in the data folder.
async fn open_on(data: &Path, url: Option<&str>) -> anyhow::Result<AppState> {
    let mut config =
        Config::parse_from(["make-chat".as_ref(), "--data".as_ref(), data.as_os_str()]);
    config.database_url = url.map(str::to_owned);
    Ok(AppState::open(config).await?)
}

/// Creates a database, and returns its URL. It goes with the server, which is temporary.
async fn create_database(server: &str) -> anyhow::Result<String> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("bench_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
    // Only numbers in it vary.
    let statement = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(statement).execute(&mut connection).await?;
    connection.close().await?;
    Ok(format!("{server}/{name}"))
}

/// The same accounts as on SQLite, and their session cookies.
async fn create_accounts_on(url: &str, data: &Path, people: usize) -> anyhow::Result<Vec<String>> {
    let state = open_on(data, Some(url)).await?;
    let Db::Postgres(pool) = &state.db else {
        anyhow::bail!("the URL is one of PostgreSQL");
    };
    for statement in [
        "INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
         SELECT 'person-' || i, 'person-' || i, 'person-' || i, '', '', now()
         FROM generate_series(0, $1 - 1) i ORDER BY i",
        "INSERT INTO channels (kind, name, key, created_at)
         SELECT 'public', 'person-' || i, 'person-' || i, now()
         FROM generate_series(0, $1 - 1) i ORDER BY i",
        "INSERT INTO memberships (channel_id, user_id, seen)
         SELECT channels.id, users.id, 0 FROM users JOIN channels
         ON channels.id = 1 OR channels.key = users.name_key WHERE $1 > 0",
    ] {
        sqlx::query(statement)
            .bind(i64::try_from(people)?)
            .execute(pool)
            .await?;
    }
    let users: Vec<User> = sqlx::query_as("SELECT * FROM users ORDER BY id")
        .fetch_all(pool)
        .await?;
    let mut cookies = Vec::new();
    for user in users {
        cookies.push(log_in(&state, &user).await?);
    }
    state.db.close().await;
    Ok(cookies)
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
