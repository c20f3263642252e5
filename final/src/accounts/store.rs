//! The SQL of accounts and sessions.

use chrono::{DateTime, Utc};
use sqlx::{Error, query, query_as, query_scalar};

use super::model::{NewSession, NewUser, Person, PersonRow, Profile, SessionRow, User};
use crate::{
    ids::UserId,
    storage::{Db, Tx, on_db, on_tx, on_writer},
};

/// Selects accounts. `$end` completes the WHERE clause.
macro_rules! users_where {
    ($end:literal) => {
        concat!(
            "SELECT id, name, name_key, display_name, about, password_hash, password_version,
                    picture
             FROM users WHERE ",
            $end
        )
    };
}

/// Selects people by name. `$condition` is the WHERE clause.
macro_rules! people_where {
    ($condition:literal) => {
        concat!(
            "SELECT id, name, display_name, picture FROM users WHERE ",
            $condition,
            " ORDER BY name_key"
        )
    };
}

/// Selects the keys of sessions that have not ended. `$keys` completes the condition for the key.
macro_rules! alive_where {
    ($keys:literal) => {
        concat!(
            "SELECT sessions.id FROM sessions
             JOIN users ON users.id = user_id
              AND users.password_version = sessions.password_version
             WHERE expires_at > $2 AND sessions.id ",
            $keys
        )
    };
}

/// Inserts an account. None if the name is taken. The database decides, so if two people sign up
/// at the same moment, only one of them gets the name.
pub async fn insert(tx: &mut Tx, new: &NewUser) -> Result<Option<User>, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_as(
            "INSERT INTO users (name, name_key, display_name, display_key, about, password_hash,
                                created_at)
             VALUES ($1, $2, $1, $2, '', $3, $4)
             ON CONFLICT (name_key) DO NOTHING
             RETURNING id, name, name_key, display_name, about, password_hash,
                       password_version, picture",
        )
        .bind(new.name.as_str())
        .bind(&new.name_key)
        .bind(&new.password_hash)
        .bind(new.created_at)
        .fetch_optional(connection)
        .await
    })
}

/// Whether there is any account.
pub async fn exist(db: &Db) -> Result<bool, sqlx::Error> {
    on_db!(db, |pool| {
        query_scalar("SELECT EXISTS (SELECT 1 FROM users)")
            .fetch_one(pool)
            .await
    })
}

/// The account with this id.
pub async fn find(db: &Db, user: UserId) -> Result<Option<User>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as(users_where!("id = $1"))
            .bind(user)
            .fetch_optional(pool)
            .await
    })
}

/// The account whose name has this key.
pub async fn find_by_name_key(db: &Db, key: &str) -> Result<Option<User>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as(users_where!("name_key = $1"))
            .bind(key)
            .fetch_optional(pool)
            .await
    })
}

/// The people with these ids, by name.
pub async fn find_people(db: &Db, ids: &[UserId]) -> Result<Vec<Person>, sqlx::Error> {
    // One parameter, because there may be more ids than a statement may have parameters.
    let rows: Vec<PersonRow> = match db {
        Db::Sqlite { pool, .. } => {
            let ids = serde_json::to_string(ids).map_err(|error| Error::Encode(error.into()))?;
            query_as(people_where!("id IN (SELECT value FROM json_each($1))"))
                .bind(ids)
                .fetch_all(pool)
                .await?
        }
        Db::Postgres(pool) => {
            query_as(people_where!("id = ANY($1)"))
                .bind(ids)
                .fetch_all(pool)
                .await?
        }
    };
    Ok(rows.into_iter().map(Person::from).collect())
}

/// The people whose name or display name matches the LIKE pattern `anywhere`, those whose name
/// matches `at_start` first.
pub async fn search(
    db: &Db,
    anywhere: &str,
    at_start: &str,
    limit: i64,
) -> Result<Vec<Person>, sqlx::Error> {
    let rows: Vec<PersonRow> = on_db!(db, |pool| {
        query_as(
            "SELECT id, name, display_name, picture FROM users
             WHERE name_key LIKE $1 ESCAPE '\\'
                OR COALESCE(display_key, lower(display_name)) LIKE $1 ESCAPE '\\'
             ORDER BY name_key NOT LIKE $2 ESCAPE '\\', name_key LIMIT $3",
        )
        .bind(anywhere)
        .bind(at_start)
        .bind(limit)
        .fetch_all(pool)
        .await?
    });
    Ok(rows.into_iter().map(Person::from).collect())
}

/// Updates a person's profile.
pub async fn update_profile(db: &Db, user: UserId, profile: &Profile) -> Result<(), sqlx::Error> {
    on_writer!(db, |pool| {
        query("UPDATE users SET display_name = $2, display_key = $3, about = $4 WHERE id = $1")
            .bind(user)
            .bind(&profile.display_name)
            .bind(&profile.display_key)
            .bind(&profile.about)
            .execute(pool)
            .await
            .map(drop)
    })
}

/// Replaces the password, deletes all sessions, and returns the password's new version.
pub async fn update_password(tx: &mut Tx, user: UserId, hash: &str) -> Result<i64, sqlx::Error> {
    on_tx!(tx, |connection| {
        let version = query_scalar(
            "UPDATE users SET password_hash = $2, password_version = password_version + 1
             WHERE id = $1 RETURNING password_version",
        )
        .bind(user)
        .bind(hash)
        .fetch_one(&mut *connection)
        .await?;
        query("DELETE FROM sessions WHERE user_id = $1")
            .bind(user)
            .execute(connection)
            .await?;
        Ok(version)
    })
}

/// The session with this key, if it has not ended.
pub async fn find_session(db: &Db, key: &str) -> Result<Option<SessionRow>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as(
            "SELECT user_id, sessions.password_version, expires_at FROM sessions
             JOIN users ON users.id = user_id
              AND users.password_version = sessions.password_version
             WHERE sessions.id = $1 AND expires_at > $2",
        )
        .bind(key)
        .bind(Utc::now())
        .fetch_optional(pool)
        .await
    })
}

/// Inserts a session.
pub async fn insert_session(tx: &mut Tx, new: &NewSession) -> Result<(), sqlx::Error> {
    on_tx!(tx, |connection| {
        query(
            "INSERT INTO sessions (id, user_id, password_version, expires_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(&new.key)
        .bind(new.user_id)
        .bind(new.password_version)
        .bind(new.expires_at)
        .execute(connection)
        .await
        .map(drop)
    })
}

/// Renews a session. Only updates: a request that is still running when the session ends must not
/// create it again.
pub async fn renew_session(
    db: &Db,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    on_writer!(db, |pool| {
        query("UPDATE sessions SET expires_at = $2 WHERE id = $1")
            .bind(key)
            .bind(expires_at)
            .execute(pool)
            .await
            .map(drop)
    })
}

/// Which of the sessions with these keys have not ended.
pub async fn alive_sessions(db: &Db, keys: &[&str]) -> Result<Vec<String>, sqlx::Error> {
    let now = Utc::now();
    // One parameter, because there may be more keys than a statement may have parameters.
    match db {
        Db::Sqlite { pool, .. } => {
            let keys = serde_json::to_string(keys).map_err(|error| Error::Encode(error.into()))?;
            query_scalar(alive_where!("IN (SELECT value FROM json_each($1))"))
                .bind(keys)
                .bind(now)
                .fetch_all(pool)
                .await
        }
        Db::Postgres(pool) => {
            query_scalar(alive_where!("= ANY($1)"))
                .bind(keys)
                .bind(now)
                .fetch_all(pool)
                .await
        }
    }
}

/// Deletes a session, and returns whose it was.
pub async fn delete_session(tx: &mut Tx, key: &str) -> Result<Option<UserId>, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_scalar("DELETE FROM sessions WHERE id = $1 RETURNING user_id")
            .bind(key)
            .fetch_optional(connection)
            .await
    })
}

/// Deletes all sessions of a person.
pub async fn delete_sessions_of(tx: &mut Tx, user: UserId) -> Result<(), sqlx::Error> {
    on_tx!(tx, |connection| {
        query("DELETE FROM sessions WHERE user_id = $1")
            .bind(user)
            .execute(connection)
            .await
            .map(drop)
    })
}

/// Deletes expired sessions, and returns whose they were.
pub async fn delete_expired_sessions(tx: &mut Tx) -> Result<Vec<UserId>, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_scalar("DELETE FROM sessions WHERE expires_at <= $1 RETURNING user_id")
            .bind(Utc::now())
            .fetch_all(connection)
            .await
    })
}
