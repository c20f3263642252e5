//! Sessions: log-ins in the database, found by a cookie.

use async_trait::async_trait;
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, query, query_as, query_scalar};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::{Cookie, SameSite, time},
    session::{Id, Record},
    session_store::{Error, Result as StoreResult},
};

use super::{model::User, store};
use crate::{
    error::AppError,
    ids::UserId,
    realtime::{Sockets, end_session},
    state::AppState,
    storage::{Db, on_db},
};

/// The key of the user's id.
const USER: &str = "user";
/// The key of the password's version: a log-in that is under way while the password is changed
/// must not outlive the change.
const PASSWORD_VERSION: &str = "password-version";
/// The cookie's name.
pub const COOKIE: &str = "make_chat_session";

/// The person who is logged in. Without `Option`, this extractor redirects everyone else to the
/// landing page.
pub struct CurrentUser(pub User);

/// The sessions in the database. When a session is deleted, its sockets are disconnected.
#[derive(Debug, Clone)]
pub struct DbSessions {
    db: Db,
    sockets: Sockets,
}

/// A valid session.
#[derive(FromRow)]
struct Row {
    user_id: UserId,
    password_version: i64,
    expires_at: DateTime<Utc>,
}

/// Reads the cookie and renews it with every request. Scripts and other sites cannot use the
/// cookie.
pub(crate) fn layer(state: &AppState) -> SessionManagerLayer<DbSessions> {
    let config = &state.config;
    let idle = time::Duration::seconds(config.session_idle().as_secs().cast_signed());
    SessionManagerLayer::new(DbSessions::of(state))
        .with_name(COOKIE)
        .with_same_site(SameSite::Lax)
        .with_secure(config.is_https())
        .with_expiry(Expiry::OnInactivity(idle))
        .with_always_save(true)
}

/// Loads the session before the handler runs. This removes a cookie without a session; otherwise
/// the library would save an empty session for it.
pub(crate) async fn load(
    session: Session,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    session.get_value(USER).await?;
    Ok(next.run(request).await)
}

/// Starts a session under a new id, and ends the previous one. Otherwise an attacker could plant
/// a cookie in a browser and share the session after the log-in.
pub async fn start(session: &Session, user: &User) -> Result<(), AppError> {
    session.cycle_id().await?;
    session
        .insert(PASSWORD_VERSION, user.password_version)
        .await?;
    Ok(session.insert(USER, user.id).await?)
}

/// Deletes all sessions of a user.
pub(crate) async fn delete_all_of(db: &Db, user_id: UserId) -> Result<(), sqlx::Error> {
    on_db!(db, |pool| query("DELETE FROM sessions WHERE user_id = $1")
        .bind(user_id)
        .execute(pool)
        .await
        .map(|_| ()))
}

/// Deletes expired sessions, and returns their keys.
pub(crate) async fn delete_expired(db: &Db) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |pool| query_scalar(
        "DELETE FROM sessions WHERE expires_at <= $1 RETURNING id"
    )
    .bind(Utc::now())
    .fetch_all(pool)
    .await)
}

/// The key and the user of the session that a cookie names. This does not renew the session: a
/// window that someone has left open must not keep them logged in.
pub(crate) async fn find_session(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<(String, UserId)>, AppError> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let id = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|cookie| cookie.name() == COOKIE)
        .and_then(|cookie| cookie.value().parse::<Id>().ok());
    let Some(id) = id else { return Ok(None) };
    let key = key(&id);
    let row = DbSessions::of(state).find(&key).await?;
    Ok(row.map(|row| (key, row.user_id)))
}

/// Whether the session with this key has not ended yet.
pub(crate) async fn is_session_alive(state: &AppState, key: &str) -> Result<bool, AppError> {
    Ok(DbSessions::of(state).find(key).await?.is_some())
}

impl OptionalFromRequestParts<AppState> for CurrentUser {
    type Rejection = AppError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Option<Self>, AppError> {
        let Some(session) = parts.extensions.get::<Session>() else {
            return Ok(None);
        };
        match session.get(USER).await? {
            Some(id) => Ok(store::find(&state.db, id).await?.map(Self)),
            None => Ok(None),
        }
    }
}

impl FromRequestParts<AppState> for CurrentUser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, AppError> {
        let user = <Self as OptionalFromRequestParts<_>>::from_request_parts(parts, state).await?;
        user.ok_or(AppError::LogInFirst)
    }
}

impl DbSessions {
    /// The sessions of a running chat.
    pub fn of(state: &AppState) -> Self {
        Self {
            db: state.db.clone(),
            sockets: state.io.clone(),
        }
    }

    async fn find(&self, key: &str) -> Result<Option<Row>, sqlx::Error> {
        on_db!(&self.db, |pool| query_as(
            "SELECT user_id, sessions.password_version, expires_at FROM sessions
             JOIN users ON users.id = user_id
              AND users.password_version = sessions.password_version
             WHERE sessions.id = $1 AND expires_at > $2",
        )
        .bind(key)
        .bind(Utc::now())
        .fetch_optional(pool)
        .await)
    }
}

#[async_trait]
impl SessionStore for DbSessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        on_db!(&self.db, |pool| query(
            "INSERT INTO sessions (id, user_id, password_version, expires_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(key(&record.id))
        .bind(number(record, USER)?)
        .bind(number(record, PASSWORD_VERSION)?)
        .bind(expiry(record)?)
        .execute(pool)
        .await
        .map(|_| ())
        .map_err(backend))
    }

    /// Only updates: a request that is still running when the session ends must not create it
    /// again.
    async fn save(&self, record: &Record) -> StoreResult<()> {
        on_db!(&self.db, |pool| query(
            "UPDATE sessions SET expires_at = $2 WHERE id = $1",
        )
        .bind(key(&record.id))
        .bind(expiry(record)?)
        .execute(pool)
        .await
        .map(|_| ())
        .map_err(backend))
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let row = self.find(&key(id)).await.map_err(backend)?;
        row.map(|row| record(*id, &row)).transpose()
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        on_db!(&self.db, |pool| query("DELETE FROM sessions WHERE id = $1")
            .bind(key(id))
            .execute(pool)
            .await
            .map(|_| ())
            .map_err(backend))?;
        end_session(&self.sockets, &key(id));
        Ok(())
    }
}

/// The key of a session in the database: a hash of the id in the cookie. An attacker who reads the
/// database, or a copy of it, cannot compute a cookie from it.
fn key(id: &Id) -> String {
    hex::encode(Sha256::digest(id.to_string()))
}

fn record(id: Id, row: &Row) -> StoreResult<Record> {
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp())
        .map_err(|error| Error::Decode(error.to_string()))?;
    Ok(Record {
        id,
        data: [
            (USER.to_owned(), row.user_id.0.into()),
            (PASSWORD_VERSION.to_owned(), row.password_version.into()),
        ]
        .into(),
        expiry_date,
    })
}

fn number(record: &Record, name: &str) -> StoreResult<i64> {
    let value = record.data.get(name).and_then(serde_json::Value::as_i64);
    value.ok_or_else(|| Error::Encode(format!("a session needs a {name}")))
}

fn expiry(record: &Record) -> StoreResult<DateTime<Utc>> {
    DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0)
        .ok_or_else(|| Error::Encode("the expiry is out of range".to_owned()))
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}
