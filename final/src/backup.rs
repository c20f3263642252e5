//! `make-chat backup` and `make-chat restore`, for data on this machine: an SQLite file and a folder
//! of uploads. The server may run during a backup.
//!
//! A backup is a folder. Its database gets its final name last, when everything else is complete.
//! So an interrupted backup cannot be restored.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    config::Config,
    media,
    storage::{SQLITE_FILE, StorageError, make_private_folder},
};

/// How often the database is copied again at most, because files that it refers to were deleted
/// meanwhile. A server deletes files every ten seconds, so one more copy is usually enough.
const MAX_ATTEMPTS: usize = 100;
/// The name of the database until the backup is complete.
const UNFINISHED: &str = "unfinished.sqlite";
/// The folder of the uploads.
const FILES: &str = "files";

/// Why a chat could not be backed up or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The data is in PostgreSQL.
    #[error(
        "this chat is in PostgreSQL: use pg_dump and pg_restore, and copy the uploads after the \
         database"
    )]
    Postgres,
    /// The uploads are in an object store.
    #[error(
        "the uploads of this chat are in an object store: copy them with its own tools (for S3, \
         aws s3 sync), and the database before them, with sqlite3 and its .backup"
    )]
    ObjectStore,
    /// There is nothing to back up.
    #[error("there is no chat to back up: {} does not exist", .0.display())]
    NoChat(PathBuf),
    /// There is nothing to restore.
    #[error("{} has no backup, or the backup was interrupted", .0.display())]
    NoBackup(PathBuf),
    /// The database of the backup is damaged.
    #[error("the database of the backup is damaged: {0}")]
    Damaged(String),
    /// A file or folder would be overwritten.
    #[error("{} exists already and will not be overwritten: choose another location", .0.display())]
    Occupied(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
    /// A folder cannot be created.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The database cannot be read.
    #[error("the database cannot be read: {0}")]
    Database(#[from] sqlx::Error),
}

/// The uploads in a backup.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The number of files.
    pub files: usize,
    /// The names of files that the database refers to and that do not exist.
    pub missing: Vec<String>,
}

/// The paths of a chat's data.
struct DataPaths {
    database: PathBuf,
    files: PathBuf,
}

/// Backs up a chat to a folder, which must be new or empty.
pub async fn back_up(config: &Config, folder: &Path) -> Result<Contents, BackupError> {
    let paths = DataPaths::of(config)?;
    if !paths.database.is_file() {
        return Err(BackupError::NoChat(paths.database));
    }
    must_be_empty(folder)?;
    let (unfinished, files) = (folder.join(UNFINISHED), folder.join(FILES));
    make_private_folder(&files)?;
    let mut contents = Contents::default();
    for _ in 0..MAX_ATTEMPTS {
        remove(&unfinished)?;
        copy_database(&paths.database, &unfinished).await?;
        contents = copy_stored_objects(&unfinished, &paths.files, &files).await?;
        if are_lost(&contents.missing, &paths.database).await? {
            break;
        }
    }
    finish(&unfinished, &folder.join(SQLITE_FILE))?;
    Ok(contents)
}

/// Restores a backup to the location in the configuration, where there must be no chat.
pub async fn restore(config: &Config, folder: &Path) -> Result<Contents, BackupError> {
    let paths = DataPaths::of(config)?;
    let (database, files) = (folder.join(SQLITE_FILE), folder.join(FILES));
    if !database.is_file() {
        return Err(BackupError::NoBackup(folder.to_owned()));
    }
    check(&database).await?;
    paths.must_be_free()?;
    let home = paths.database.parent().unwrap_or(Path::new("."));
    make_private_folder(home)?;
    make_private_folder(&paths.files)?;
    let contents = copy_stored_objects(&database, &files, &paths.files).await?;
    let unfinished = home.join(UNFINISHED);
    copy(&database, &unfinished)?;
    finish(&unfinished, &paths.database)?;
    Ok(contents)
}

impl DataPaths {
    fn of(config: &Config) -> Result<Self, BackupError> {
        let database = match config.database_url.as_deref() {
            None => config.data.join(SQLITE_FILE),
            Some(url) if url.starts_with("sqlite:") => {
                let options = SqliteConnectOptions::from_str(url)?;
                options.get_filename().to_owned()
            }
            Some(url) if url.starts_with("postgres") => return Err(BackupError::Postgres),
            Some(_) => return Err(StorageError::BadUrl.into()),
        };
        let files = match &config.files_url {
            None => config.data.join(FILES),
            Some(url) => match (url.scheme(), url.to_file_path()) {
                ("file", Ok(folder)) => folder,
                _ => return Err(BackupError::ObjectStore),
            },
        };
        Ok(Self { database, files })
    }

    fn must_be_free(&self) -> Result<(), BackupError> {
        // The files beside the database belong to it. SQLite would use them with the restored one.
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.database.clone().into_os_string();
            path.push(end);
            if Path::new(&path).exists() {
                return Err(BackupError::Occupied(path.into()));
            }
        }
        must_be_empty(&self.files)
    }
}

/// Copies the database as of one moment, even while others write.
async fn copy_database(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut connection = connect(from).await?;
    let name = to.to_str().ok_or_else(|| not_unicode(to))?;
    sqlx::query("VACUUM INTO $1")
        .bind(name)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    sync(to)
}

/// Whether a chat still refers to all these files. If not, some were deleted with their messages.
async fn are_lost(missing: &[String], database: &Path) -> Result<bool, BackupError> {
    if missing.is_empty() {
        return Ok(true);
    }
    let mut connection = connect(database).await?;
    let objects = media::stored_objects(&mut connection).await?;
    connection.close().await?;
    let shown = objects.iter().filter(|object| object.is_shown);
    let names: HashSet<_> = shown.map(|object| &object.name).collect();
    Ok(missing.iter().all(|name| names.contains(name)))
}

/// Copies the objects that a database refers to, except those that were copied before, and deletes
/// all others.
async fn copy_stored_objects(
    database: &Path,
    from: &Path,
    to: &Path,
) -> Result<Contents, BackupError> {
    let objects = media::stored_objects(&mut open(database).await?).await?;
    let mut contents = Contents::default();
    for object in &objects {
        let copied = to.join(&object.name);
        if copied.is_file() || copy_if_exists(&from.join(&object.name), &copied)? {
            contents.files += 1;
        } else if object.is_shown {
            contents.missing.push(object.name.clone());
        }
    }
    let names = objects.iter().map(|object| object.name.as_str()).collect();
    remove_others(to, &names)?;
    sync(to)?;
    Ok(contents)
}

/// Copies a file. False if it does not exist.
fn copy_if_exists(from: &Path, to: &Path) -> Result<bool, BackupError> {
    match copy(from, to) {
        Err(BackupError::Io(_, error)) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        copied => copied.map(|()| true),
    }
}

fn remove_others(folder: &Path, names: &HashSet<&str>) -> Result<(), BackupError> {
    for path in entries(folder)? {
        let name = path.file_name().and_then(|name| name.to_str());
        if !name.is_some_and(|name| names.contains(name)) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Checks that the database is not damaged.
async fn check(database: &Path) -> Result<(), BackupError> {
    let damaged = |error: sqlx::Error| BackupError::Damaged(error.to_string());
    let mut connection = open(database).await.map_err(damaged)?;
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(damaged)?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(BackupError::Damaged(found)),
    }
}

/// Opens the database of a chat that may be running.
async fn connect(database: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(database)
        .connect()
        .await
}

/// Opens a database that nobody writes to, without changing it.
async fn open(database: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(database);
    options.read_only(true).immutable(true).connect().await
}

fn must_be_empty(folder: &Path) -> Result<(), BackupError> {
    if folder.exists() && !entries(folder)?.is_empty() {
        Err(BackupError::Occupied(folder.to_owned()))
    } else {
        Ok(())
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let failed = |error| BackupError::Io(folder.to_owned(), error);
    let found = fs::read_dir(folder).map_err(failed)?;
    let paths = found.map(|entry| entry.map(|entry| entry.path()));
    paths.collect::<Result<_, _>>().map_err(failed)
}

fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::copy(from, to).map_err(|error| BackupError::Io(from.to_owned(), error))?;
    sync(to)
}

fn remove(path: &Path) -> Result<(), BackupError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(BackupError::Io(path.to_owned(), error))
        }
        _ => Ok(()),
    }
}

/// Gives the database its final name, which makes the backup valid.
fn finish(unfinished: &Path, database: &Path) -> Result<(), BackupError> {
    fs::rename(unfinished, database)
        .map_err(|error| BackupError::Io(database.to_owned(), error))?;
    sync(database.parent().unwrap_or(Path::new(".")))
}

/// Waits until a file or folder is on the disk.
fn sync(path: &Path) -> Result<(), BackupError> {
    // On Windows, a folder cannot be opened.
    if cfg!(windows) && path.is_dir() {
        return Ok(());
    }
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|error| BackupError::Io(path.to_owned(), error))
}

fn not_unicode(path: &Path) -> BackupError {
    let error = io::Error::new(io::ErrorKind::InvalidInput, "the name is not Unicode");
    BackupError::Io(path.to_owned(), error)
}
