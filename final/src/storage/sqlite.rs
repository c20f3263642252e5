//! Opens an SQLite file, and notices when somebody removes or replaces it.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Mutex;

use super::{Db, direct};

/// How long a writer waits for another program before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a request waits for a free connection. Unlike a server, a file does not go away, so what
/// it waits for is the requests before it: when thousands of pages reconnect at once, all are answered.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// How many connections read an SQLite file at once. Each has a thread and a cache.
const READERS: u32 = 4;
/// The cache of a connection that reads: 512 KiB. It mostly duplicates the other caches, and is
/// emptied by each change. The operating system has the file in its own cache.
const READER_CACHE: &str = "-512";
/// The cache of the writing connection: 16 MiB, in KiB with a minus sign, as SQLite expects it.
/// Pages that do not fit are read again for each new message.
pub(super) const WRITER_CACHE: &str = "-16384";

/// After how many pages of 4 KiB the write-ahead log is copied into the file. A page that was
/// written several times is copied once, so rarer checkpoints are less work.
const CHECKPOINT_PAGES: &str = "4000";
/// How many rows SQLite may read ahead: as many as most statements return, so that it need not
/// wait for the program in between.
const ROW_BUFFER: usize = 256;

/// The first bytes of a write-ahead log, but for the lowest bit, which is the byte order.
const WAL_MAGIC: u32 = 0x377f_0682;

/// Opens the file with connections that read and one that writes.
pub async fn open(options: SqliteConnectOptions) -> Result<Db, sqlx::Error> {
    let path = options.get_filename().to_owned();
    let options = options
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        // With WAL, NORMAL loses nothing if the program crashes. A power cut may lose the last
        // commits, but does not damage the file.
        .synchronous(SqliteSynchronous::Normal)
        // SQLite stores what it needs to undo a statement. For many messages at once, that is
        // more than it writes to the file.
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .row_buffer_size(ROW_BUFFER);
    let connections = SqlitePoolOptions::new()
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // Unlike a server, a file does not go away, so connections need no test.
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(has_ended_transaction(connection)));
    let pool = connections.clone().max_connections(READERS);
    let writer = connections.max_connections(1);
    let for_writer = options.clone().pragma("cache_size", WRITER_CACHE);
    let options = options.pragma("cache_size", READER_CACHE);
    let pool = pool.connect_with(options.clone()).await?;
    let writer = writer.connect_with(for_writer.clone()).await?;
    // A later connection must not create an empty database in place of one that was removed.
    pool.set_connect_options(options.create_if_missing(false));
    writer.set_connect_options(for_writer.create_if_missing(false));
    let file = DatabaseFile::at(path);
    let direct = match file.id {
        Some(_) => Some(direct::open(&file.path)?),
        None => None,
    };
    Ok(Db::Sqlite {
        pool,
        writer,
        turn: Arc::new(Mutex::new(direct)),
        file: Arc::new(file),
    })
}

/// Whether a connection may be used again. After a full disk or an I/O error, SQLite has rolled back
/// by itself. Then the library's rollback fails, the library still counts a transaction, and each
/// further one would fail. Such a connection is closed.
async fn has_ended_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // The rollback is under way, and this waits for it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// The database file that was opened. SQLite goes on writing to it after somebody has removed it:
/// everything would seem to be saved, and be gone after a restart.
#[derive(Debug)]
pub struct DatabaseFile {
    path: PathBuf,
    wal: PathBuf,
    /// None for a database in memory.
    id: Option<FileId>,
    /// The log at the first commit. SQLite removes it only with its last connection. If somebody else
    /// does, a new connection makes an empty one, which the others do not write to.
    wal_id: OnceLock<FileId>,
}

impl DatabaseFile {
    fn at(path: PathBuf) -> Self {
        let mut wal = path.clone().into_os_string();
        wal.push("-wal");
        Self {
            id: file_id(&path).ok(),
            wal: wal.into(),
            wal_id: OnceLock::new(),
            path,
        }
    }

    /// Checks after a commit that it went to the files which the next start will read. This opens
    /// only the log: closing the database itself would release SQLite's locks.
    pub(super) fn check(&self) -> io::Result<()> {
        let Some(id) = self.id else { return Ok(()) };
        match file_id(&self.path) {
            Ok(found) if found == id && self.has_same_log()? && is_log(&self.wal)? => Ok(()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Err(io::Error::other(format!(
                "the database {} or its write-ahead log was removed, replaced or truncated while \
                 the server was running: stop the server, bring the files back, and start it again",
                self.path.display()
            ))),
        }
    }

    fn has_same_log(&self) -> io::Result<bool> {
        match file_id(&self.wal) {
            Ok(found) => Ok(*self.wal_id.get_or_init(|| found) == found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Whether a file begins like a write-ahead log. An empty one is valid, too: SQLite leaves it when
/// somebody else has copied everything into the database.
fn is_log(path: &Path) -> io::Result<bool> {
    let mut start = [0; 4];
    match File::open(path).and_then(|mut file| file.read(&mut start)) {
        Ok(0) => Ok(true),
        Ok(_) => Ok(u32::from_be_bytes(start) & !1 == WAL_MAGIC),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Distinguishes a file from another one at the same path.
#[cfg(unix)]
type FileId = (u64, u64);
#[cfg(unix)]
fn file_id(path: &Path) -> io::Result<FileId> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).map(|found| (found.dev(), found.ino()))
}

/// Windows does not let anyone remove an open file.
#[cfg(not(unix))]
type FileId = ();
#[cfg(not(unix))]
fn file_id(path: &Path) -> io::Result<FileId> {
    fs::metadata(path).map(|_| ())
}
