//! The SQL of files.

use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, SqliteConnection, query, query_as, query_scalar};

use super::model::{File, NewFile, StoredFileRow};
use crate::{
    ids::{MessageId, UserId},
    storage::{Db, Tx, on_db, on_tx, on_writer, padded},
};

/// The columns of a [`File`]. Not `*`: when an update adds a column, PostgreSQL refuses each prepared
/// statement that would return it, and the servers of the version before have prepared theirs.
macro_rules! columns {
    () => {
        "storage_name, owner_id, message_id, name, kind, content_type, bytes, width, height,
         thumbnail_type"
    };
}

/// How many removed files a clean-up deletes at most.
const MAX_REMOVED: i64 = 1_000;

/// Inserts a file. None if its owner's files would exceed `quota` bytes. Two uploads at the same
/// time are counted one after the other.
pub async fn insert(db: &Db, new: &NewFile, quota: i64) -> Result<Option<File>, sqlx::Error> {
    let mut tx = db.begin().await?;
    lock_person(&mut tx, new.owner_id).await?;
    let file = on_tx!(&mut tx, |connection| {
        query_as(concat!(
            "INSERT INTO files (storage_name, owner_id, name, kind, content_type, bytes,
                                    width, height, thumbnail_type, created_at)
                 SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
                 WHERE (SELECT COALESCE(SUM(bytes), 0) FROM files
                        WHERE owner_id = $2 AND removed_at IS NULL) + $6 <= $11
                 RETURNING ",
            columns!()
        ))
        .bind(&new.storage_name)
        .bind(new.owner_id)
        .bind(&new.name)
        .bind(new.kind)
        .bind(new.content_type)
        .bind(new.bytes)
        .bind(new.size.map(|(width, _)| i64::from(width)))
        .bind(new.size.map(|(_, height)| i64::from(height)))
        .bind(new.thumbnail_type)
        .bind(new.created_at)
        .bind(quota)
        .fetch_optional(connection)
        .await?
    });
    tx.commit().await?;
    Ok(file)
}

/// Locks the row of a person, so that other transactions that change their files wait for this one.
async fn lock_person(tx: &mut Tx, user: UserId) -> Result<(), sqlx::Error> {
    on_tx!(tx, |connection| {
        query("UPDATE users SET about = about WHERE id = $1")
            .bind(user)
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// How many bytes the files of a person take up.
pub async fn bytes_of(db: &Db, owner_id: UserId) -> Result<i64, sqlx::Error> {
    on_db!(db, |pool| {
        query_scalar(
            "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM files
             WHERE owner_id = $1 AND removed_at IS NULL",
        )
        .bind(owner_id)
        .fetch_one(pool)
        .await
    })
}

/// The file with this storage name, if it is not removed.
pub async fn find(db: &Db, storage_name: &str) -> Result<Option<File>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM files WHERE storage_name = $1 AND removed_at IS NULL"
        ))
        .bind(storage_name)
        .fetch_optional(pool)
        .await
    })
}

/// Whether a file is a profile picture.
pub async fn is_picture(db: &Db, storage_name: &str) -> Result<bool, sqlx::Error> {
    on_db!(db, |pool| {
        query_scalar("SELECT EXISTS (SELECT 1 FROM users WHERE picture = $1)")
            .bind(storage_name)
            .fetch_one(pool)
            .await
    })
}

/// Whether a person may send a file with a new message. Not if it is somebody else's, was sent
/// already, is removed, or is their profile picture.
pub async fn may_claim(
    tx: &mut Tx,
    owner: UserId,
    storage_name: &str,
) -> Result<bool, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_scalar(
            "SELECT EXISTS (SELECT 1 FROM files
             WHERE storage_name = $1 AND owner_id = $2
             AND message_id IS NULL AND removed_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM users WHERE picture = files.storage_name))",
        )
        .bind(storage_name)
        .bind(owner)
        .fetch_one(connection)
        .await
    })
}

/// Attaches a file to a message of its owner. False if it was sent already or is removed.
pub async fn claim(
    tx: &mut Tx,
    owner_id: UserId,
    message_id: MessageId,
    position: i64,
    storage_name: &str,
) -> Result<bool, sqlx::Error> {
    on_tx!(tx, |connection| {
        query(
            "UPDATE files SET message_id = $1, position = $2
             WHERE storage_name = $3 AND owner_id = $4
             AND message_id IS NULL AND removed_at IS NULL",
        )
        .bind(message_id)
        .bind(position)
        .bind(storage_name)
        .bind(owner_id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
    })
}

/// The files of these messages. The files of each message are in order.
pub async fn of_messages(tx: &mut Tx, message_ids: &[MessageId]) -> Result<Vec<File>, sqlx::Error> {
    // PostgreSQL does not accept an empty list.
    if message_ids.is_empty() {
        return Ok(Vec::new());
    }
    on_tx!(tx, |connection| {
        let mut select = QueryBuilder::new(concat!(
            "SELECT ",
            columns!(),
            " FROM files WHERE removed_at IS NULL AND message_id IN ("
        ));
        let mut list = select.separated(", ");
        for id in padded(message_ids.iter()) {
            list.push_bind(id);
        }
        select.push(") ORDER BY message_id, position");
        select.build_query_as().fetch_all(connection).await
    })
}

/// Marks the files of a message as removed.
pub async fn remove_of_message(tx: &mut Tx, message_id: MessageId) -> Result<(), sqlx::Error> {
    on_tx!(tx, |connection| {
        query("UPDATE files SET removed_at = $2 WHERE message_id = $1 AND removed_at IS NULL")
            .bind(message_id)
            .bind(Utc::now())
            .execute(connection)
            .await
            .map(drop)
    })
}

/// Marks a file as removed.
pub async fn remove(db: &Db, storage_name: &str) -> Result<(), sqlx::Error> {
    on_writer!(db, |pool| {
        query("UPDATE files SET removed_at = $2 WHERE storage_name = $1")
            .bind(storage_name)
            .bind(Utc::now())
            .execute(pool)
            .await
            .map(drop)
    })
}

/// Sets or removes a profile picture. The previous one is marked as removed.
pub async fn set_picture(
    db: &Db,
    user_id: UserId,
    storage_name: Option<&str>,
) -> Result<(), sqlx::Error> {
    let mut tx = db.begin().await?;
    lock_person(&mut tx, user_id).await?;
    on_tx!(&mut tx, |connection| {
        query(
            "UPDATE files SET removed_at = $2
             WHERE storage_name = (SELECT picture FROM users WHERE id = $1)",
        )
        .bind(user_id)
        .bind(Utc::now())
        .execute(&mut *connection)
        .await?;
        query("UPDATE users SET picture = $2 WHERE id = $1")
            .bind(user_id)
            .bind(storage_name)
            .execute(connection)
            .await?;
    });
    tx.commit().await
}

/// Marks files as removed that were uploaded before a time and have no message.
pub async fn remove_unclaimed(db: &Db, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    on_writer!(db, |pool| {
        query(
            "UPDATE files SET removed_at = $2
             WHERE message_id IS NULL AND removed_at IS NULL AND created_at < $1
             AND NOT EXISTS (SELECT 1 FROM users WHERE picture = files.storage_name)",
        )
        .bind(before)
        .bind(Utc::now())
        .execute(pool)
        .await
        .map(drop)
    })
}

/// Files that are marked as removed, whose bytes may still exist.
pub async fn removed(db: &Db) -> Result<Vec<File>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM files WHERE removed_at IS NOT NULL ORDER BY removed_at LIMIT $1"
        ))
        .bind(MAX_REMOVED)
        .fetch_all(pool)
        .await
    })
}

/// Deletes the row of a file whose bytes are deleted.
pub async fn delete(db: &Db, storage_name: &str) -> Result<(), sqlx::Error> {
    on_writer!(db, |pool| {
        query("DELETE FROM files WHERE storage_name = $1")
            .bind(storage_name)
            .execute(pool)
            .await
            .map(drop)
    })
}

/// The files of a database, which may be older than this program.
pub async fn stored_files(
    connection: &mut SqliteConnection,
) -> Result<Vec<StoredFileRow>, sqlx::Error> {
    let has_files: bool =
        query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'files')")
            .fetch_one(&mut *connection)
            .await?;
    if !has_files {
        return Ok(Vec::new());
    }
    query_as(
        "SELECT storage_name, thumbnail_type IS NOT NULL AS has_thumbnail,
             message_id IS NOT NULL
             OR EXISTS (SELECT 1 FROM users WHERE picture = storage_name) AS is_shown
         FROM files WHERE removed_at IS NULL",
    )
    .fetch_all(connection)
    .await
}
