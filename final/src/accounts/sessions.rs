//! Sessions: log-ins in the database, found by a cookie.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, Uri},
    middleware::{Next, from_fn},
    response::Response,
};
use axum_extra::headers::{Cookie, HeaderMapExt};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::{SameSite, time},
    session::{Id, Record},
    session_store::{Error, Result as StoreResult},
};

use super::{
    Accounts,
    model::{NewSession, SessionRow, User},
    notices::AccountNotice,
    store,
};
use crate::{error::AppError, ids::UserId, storage::Tx, web::pages::error_at};

/// The key of the user's id.
const USER: &str = "user";
/// The key of the password's version: a log-in that is under way while the password is changed
/// must not outlive the change.
const PASSWORD_VERSION: &str = "password-version";
/// The key of the id under which the session is already in the database.
const SAVED_AS: &str = "saved-as";
/// The key of the time until which the session is stored in the database, in seconds since 1970.
const STORED_UNTIL: &str = "stored-until";
/// A session is stored for this part longer than it must last, and renewed when that is used up: a
/// write with each request would have everyone wait for the one connection that writes.
const RENEWAL_PART: u32 = 30;
/// How much of the chat's id is in the cookie's name.
const ID_IN_NAME: usize = 8;
/// How many people one notice names: it may have 8,000 bytes.
const MAX_NOTICE_USERS: usize = 256;
/// How long a page waits for the renewal of its session.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(1);

/// The name of the cookie. It names the chat, because browsers send a cookie to all ports of a
/// host: two chats there must not end each other's log-ins.
pub fn cookie_name(chat_id: &str) -> String {
    let id = chat_id.get(..ID_IN_NAME).unwrap_or(chat_id);
    format!("make_chat_{id}")
}

/// The sessions in the database. When a session is deleted, its sockets are disconnected.
#[derive(Debug, Clone)]
pub struct DbSessions(Arc<Accounts>);

/// Adds sessions to pages. Each request renews the cookie. Scripts and other sites cannot use it.
pub(crate) fn with_sessions<S>(pages: Router<S>, accounts: Arc<Accounts>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let config = accounts.config.clone();
    let name = cookie_name(&accounts.chat_id.0);
    let idle = time::Duration::seconds(config.session_idle().as_secs().cast_signed());
    let sessions = SessionManagerLayer::new(DbSessions::of(accounts))
        .with_name(name)
        .with_same_site(SameSite::Lax)
        .with_secure(config.is_https())
        .with_expiry(Expiry::OnInactivity(idle))
        .with_always_save(true);
    pages.layer(from_fn(load)).layer(sessions)
}

/// Loads the session before the handler runs. This removes a cookie without a session; otherwise
/// the library would save an empty session for it.
async fn load(session: Session, uri: Uri, request: Request, next: Next) -> Response {
    match session.get_value(USER).await {
        Ok(_) => next.run(request).await,
        Err(error) => error_at(&uri, error.into()),
    }
}

/// Starts a session under a new id, and ends the previous one. Otherwise an attacker could plant
/// a cookie in a browser and share the session after the log-in.
pub async fn start(session: &Session, user: &User) -> Result<(), AppError> {
    session.cycle_id().await?;
    session
        .insert(PASSWORD_VERSION, user.password_version)
        .await?;
    session.insert(USER, user.id).await?;
    // Now, and not after the response: here a failure still becomes a page.
    Ok(session.save().await?)
}

/// Gives the browser a session that was saved with its account, and ends the previous one.
pub async fn adopt(session: &Session, id: Id, user: &User) -> Result<(), AppError> {
    // The new session is saved, so the browser must get its cookie. The previous one then ends
    // when it expires.
    if let Err(error) = session.cycle_id().await {
        tracing::warn!(%error, "the previous session could not be ended");
    }
    session.insert(SAVED_AS, id.to_string()).await?;
    session
        .insert(PASSWORD_VERSION, user.password_version)
        .await?;
    session.insert(USER, user.id).await?;
    Ok(session.save().await?)
}

/// The user of a session. None if nobody is logged in.
pub(super) async fn user(session: &Session) -> Result<Option<UserId>, AppError> {
    Ok(session.get(USER).await?)
}

impl Accounts {
    /// The key and the user of the session that a cookie names. This does not renew the session: a
    /// window that someone has left open must not keep them logged in.
    pub(crate) async fn find_session(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<(String, UserId)>, AppError> {
        let name = cookie_name(&self.chat_id.0);
        let cookies = headers.typed_get::<Cookie>();
        let id = cookies.and_then(|cookies| cookies.get(&name)?.parse::<Id>().ok());
        let Some(id) = id else { return Ok(None) };
        let key = key(&id);
        let row = store::find_session(&self.db, &key).await?;
        Ok(row.map(|row| (key, row.user_id)))
    }

    /// Saves a session as a part of a transaction. [`adopt`] gives it to the browser.
    pub(crate) async fn insert_session(
        &self,
        tx: &mut Tx,
        id: Id,
        user: &User,
    ) -> Result<(), AppError> {
        let new = NewSession {
            key: key(&id),
            user_id: user.id,
            password_version: user.password_version,
            expires_at: Utc::now() + self.config.session_idle() + self.renewal_period(),
        };
        Ok(store::insert_session(tx, &new).await?)
    }

    /// How long after a renewal the next one is due.
    fn renewal_period(&self) -> Duration {
        self.config.session_idle() / RENEWAL_PART
    }

    /// Deletes a session, and disconnects its sockets.
    async fn delete_session(&self, key: &str) -> Result<(), sqlx::Error> {
        let mut tx = self.db.begin().await?;
        if let Some(user) = store::delete_session(&mut tx, key).await? {
            self.publish_ended(&mut tx, &[user]).await?;
        }
        tx.commit().await?;
        self.end_session(key);
        Ok(())
    }

    /// Deletes the sessions that have expired.
    pub(super) async fn delete_expired_sessions(&self) -> Result<(), sqlx::Error> {
        let mut tx = self.db.begin().await?;
        let mut users = store::delete_expired_sessions(&mut tx).await?;
        users.sort_unstable();
        users.dedup();
        for users in users.chunks(MAX_NOTICE_USERS) {
            self.publish_ended(&mut tx, users).await?;
        }
        tx.commit().await
    }

    /// Lets the other processes know, with the transaction, that sessions of these people have ended.
    pub(super) async fn publish_ended(
        &self,
        tx: &mut Tx,
        users: &[UserId],
    ) -> Result<(), sqlx::Error> {
        let ended = AccountNotice::SessionsEnded(users.to_vec());
        self.bus.publish(tx, &ended).await
    }

    /// Whether the session with this key has not ended yet.
    pub(crate) async fn is_session_alive(&self, key: &str) -> Result<bool, AppError> {
        Ok(store::find_session(&self.db, key).await?.is_some())
    }
}

impl DbSessions {
    /// The sessions of these accounts.
    pub fn of(accounts: Arc<Accounts>) -> Self {
        Self(accounts)
    }

    fn is_renewal_due(&self, record: &Record, expires_at: DateTime<Utc>) -> bool {
        let stored_until = record.data.get(STORED_UNTIL).and_then(Value::as_i64);
        let spare = stored_until.map(|stored| stored - expires_at.timestamp());
        let period = self.0.renewal_period().as_secs().cast_signed();
        // More to spare than a period: the sessions were made to last longer before a restart.
        !spare.is_some_and(|spare| (0..=period).contains(&spare))
    }
}

#[async_trait]
impl SessionStore for DbSessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        if let Some(id) = record.data.remove(SAVED_AS) {
            let id = id.as_str().and_then(|id| id.parse().ok());
            record.id = id.ok_or_else(|| Error::Decode("a session has a bad id".to_owned()))?;
            return Ok(());
        }
        let new = NewSession {
            key: key(&record.id),
            user_id: UserId(number(record, USER)?),
            password_version: number(record, PASSWORD_VERSION)?,
            expires_at: expiry(record)? + self.0.renewal_period(),
        };
        let mut tx = self.0.db.begin().await.map_err(backend)?;
        let inserted = store::insert_session(&mut tx, &new).await;
        inserted.map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    /// Renews a session. A database that cannot be written now must not take away what can be
    /// read, so a failure is only logged: the session ends when it would have ended before.
    async fn save(&self, record: &Record) -> StoreResult<()> {
        let (key, expires_at) = (key(&record.id), expiry(record)?);
        if !self.is_renewal_due(record, expires_at) {
            return Ok(());
        }
        let expires_at = expires_at + self.0.renewal_period();
        let renewed = store::renew_session(&self.0.db, &key, expires_at);
        match timeout(RENEWAL_TIMEOUT, renewed).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a session could not be renewed"),
            Err(_) => tracing::warn!("a session could not be renewed in time"),
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let row = store::find_session(&self.0.db, &key(id)).await;
        let row = row.map_err(backend)?;
        row.map(|row| record(*id, &row)).transpose()
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.0.delete_session(&key(id)).await.map_err(backend)
    }
}

/// The key of a session in the database: a hash of the id in the cookie. An attacker who reads the
/// database, or a copy of it, cannot compute a cookie from it.
fn key(id: &Id) -> String {
    hex::encode(Sha256::digest(id.to_string()))
}

fn record(id: Id, row: &SessionRow) -> StoreResult<Record> {
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp())
        .map_err(|error| Error::Decode(error.to_string()))?;
    Ok(Record {
        id,
        data: [
            (USER.to_owned(), row.user_id.0.into()),
            (PASSWORD_VERSION.to_owned(), row.password_version.into()),
            (STORED_UNTIL.to_owned(), row.expires_at.timestamp().into()),
        ]
        .into(),
        expiry_date,
    })
}

fn number(record: &Record, name: &str) -> StoreResult<i64> {
    let value = record.data.get(name).and_then(Value::as_i64);
    value.ok_or_else(|| Error::Encode(format!("a session needs a {name}")))
}

fn expiry(record: &Record) -> StoreResult<DateTime<Utc>> {
    DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0)
        .ok_or_else(|| Error::Encode("the expiry is out of range".to_owned()))
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}
