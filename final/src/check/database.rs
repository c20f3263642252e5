//! The database, its schema, and the clock that it was written with.

use std::{
    fmt,
    path::Path,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Report, disk::existing};
use crate::{
    config::Config,
    messages,
    storage::{self, Db, Schema},
};

const TOPIC: &str = "database";
/// How many commits are measured.
const COMMITS: usize = 5;
/// A person waits for each commit.
const SLOW_COMMIT: Duration = Duration::from_millis(100);
/// Reading all of a larger file takes too long.
const MAX_READ_BYTES: u64 = 1_000_000_000;
/// Sessions and limits count minutes.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(5);

/// Checks the database, if it exists.
pub async fn check(config: &Config, report: &mut Report) {
    let path = match storage::sqlite_path(config) {
        Ok(path) => path,
        Err(error) => return report.fail(TOPIC, error),
    };
    match path {
        Some(path) if !path.exists() => check_new(&path, report),
        Some(path) => match storage::is_locked(&path) {
            Ok(true) => report.ok(TOPIC, format_args!("{} is in use", path.display())),
            Ok(false) => {
                let is_small = path
                    .metadata()
                    .is_ok_and(|file| file.len() <= MAX_READ_BYTES);
                check_existing(config, is_small, report).await;
            }
            Err(error) => report.fail(TOPIC, error),
        },
        None => check_existing(config, false, report).await,
    }
}

fn check_new(path: &Path, report: &mut Report) {
    let shown = path.display();
    match tempfile::tempfile_in(existing(path)) {
        Ok(_) => report.ok(TOPIC, format_args!("the first start creates {shown}")),
        Err(error) => report.fail(TOPIC, format_args!("{shown} cannot be created: {error}")),
    }
}

async fn check_existing(config: &Config, may_read_all: bool, report: &mut Report) {
    let db = match Db::connect(config).await {
        Ok(db) => db,
        Err(error) => return report.fail(TOPIC, error),
    };
    if may_read_all {
        check_damage(&db, report).await;
    }
    match Schema::of(&db).await {
        Ok(Schema::New) => report.ok(TOPIC, "empty: the first start creates the tables"),
        Ok(Schema::Older { count, only_adds }) => {
            let words = if only_adds {
                "make a backup first, although the version before can use it afterwards, too"
            } else {
                "make a backup first, and stop all servers: the former program cannot use it \
                 afterwards"
            };
            report.warn(
                TOPIC,
                format_args!("the next start updates the schema (migrations: {count}), {words}"),
            );
        }
        Ok(Schema::Current) => check_use(&db, report).await,
        Ok(Schema::Next) => {
            let words = "has the schema of the next version, which this one can use, too";
            report.ok(TOPIC, words);
            check_use(&db, report).await;
        }
        Err(error) => report.fail(TOPIC, error),
    }
    db.close().await;
}

async fn check_use(db: &Db, report: &mut Report) {
    check_commits(db, report).await;
    check_clock(db, report).await;
}

async fn check_damage(db: &Db, report: &mut Report) {
    match db.find_damage().await {
        Ok(None) => {}
        Ok(Some(damage)) => {
            report.fail(TOPIC, format_args!("damaged, restore a backup: {damage}"));
        }
        Err(error) => report.fail(TOPIC, format_args!("cannot be read: {error}")),
    }
}

async fn check_commits(db: &Db, report: &mut Report) {
    let mut times = Vec::new();
    for _ in 0..COMMITS {
        let start = Instant::now();
        if let Err(error) = db.check_writing().await {
            return report.fail(TOPIC, format_args!("cannot be written: {error}"));
        }
        times.push(start.elapsed());
    }
    times.sort();
    let median = times[COMMITS / 2];
    if median > SLOW_COMMIT {
        let words = "each message takes at least that long";
        report.warn(
            TOPIC,
            format_args!("a commit takes {} ms: {words}", median.as_millis()),
        );
    } else {
        report.ok(TOPIC, "saves what is written");
    }
}

/// The clock must not be behind the last message: its time would repeat, and sessions would last
/// longer. With PostgreSQL, the two machines must agree.
async fn check_clock(db: &Db, report: &mut Report) {
    let times = async { Ok::<_, sqlx::Error>((messages::last_sent(db).await?, db.time().await?)) };
    let now = Utc::now();
    match times.await {
        Ok((Some(last), _)) if last > now + CLOCK_TOLERANCE => report.fail(
            "clock",
            format_args!(
                "it is {}, but the last message is of {}: set the clock",
                shown(now),
                shown(last)
            ),
        ),
        Ok((_, time)) if (time - now).abs() > CLOCK_TOLERANCE => report.fail(
            "clock",
            format_args!(
                "it is {} here, and {} at the database: set the clocks",
                shown(now),
                shown(time)
            ),
        ),
        Ok(_) => report.ok("clock", "agrees with the database"),
        Err(error) => report.fail("clock", error),
    }
}

fn shown(time: DateTime<Utc>) -> impl fmt::Display {
    time.format("%Y-%m-%d %H:%M:%S UTC")
}
