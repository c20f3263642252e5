//! Accounts: the rules. [`store`] has the SQL, [`pages`] the forms, [`api`] the JSON API, [`sessions`]
//! the sessions, [`caller`] the person behind a socket, [`notices`] what other processes are to know.

use std::{fmt, sync::Arc};

use chrono::Utc;
use tower_sessions::session::Id as SessionId;
use unicode_normalization::UnicodeNormalization;

use crate::{
    config::Config,
    error::{AppError, Refusal},
    ids::{ChatId, UserId},
    limits::{Client, Limits},
    media::{Media, UploadForm},
    names::{Name, has_invisible, key},
    realtime::{EVERYONE, Sockets, emit_to, in_rooms},
    storage::{Bus, Db, Tx, patterns},
};

mod account;
pub(crate) mod api;
mod caller;
mod events;
mod extract;
mod model;
mod notices;
pub(crate) mod pages;
mod passwords;
mod picture;
mod problems;
pub mod sessions;
mod store;

pub(crate) use caller::{Authenticated, Caller};
use events::UserChanged;
pub(crate) use extract::{ApiUser, CurrentUser};
pub(crate) use model::PersonRow;
use model::{NewUser, Profile};
pub use model::{Person, User};
use notices::AccountNotice;
use passwords::{Password, Passwords};

/// How many people a search returns.
const MAX_FOUND: i64 = 50;

/// Accounts, their sessions, and what people may change of their own.
pub struct Accounts {
    bus: Bus,
    chat_id: ChatId,
    config: Arc<Config>,
    db: Db,
    limits: Arc<Limits>,
    media: Arc<Media>,
    passwords: Passwords,
    sockets: Sockets,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    /// The accounts in this database.
    pub(crate) fn new(
        chat_id: ChatId,
        config: Arc<Config>,
        db: Db,
        bus: Bus,
        limits: Arc<Limits>,
        media: Arc<Media>,
        sockets: Sockets,
    ) -> Self {
        Self {
            bus,
            chat_id,
            config,
            db,
            limits,
            media,
            passwords: Passwords::default(),
            sockets,
        }
    }

    /// Checks a name and a password for a new account, and hashes the password. That takes long, so
    /// it is not part of the transaction.
    pub(crate) async fn new_user(
        &self,
        client: Client,
        name: &str,
        password: &str,
    ) -> Result<NewUser, AppError> {
        self.limits.sign_up.check_client(client)?;
        let (name, password) = both(Name::parse_new(name), Password::parse(password))?;
        self.limits.sign_up.check_name(client, &name)?;
        Ok(NewUser {
            name_key: name.key(),
            password_hash: self.passwords.hash(password).await?,
            created_at: Utc::now(),
            name,
        })
    }

    /// Creates an account, as a part of signing up.
    pub(crate) async fn insert(&self, tx: &mut Tx, new: &NewUser) -> Result<User, AppError> {
        Ok(store::insert(tx, new).await?.ok_or(Refusal::NameTaken)?)
    }

    /// Notes that a client has signed up: it is no stranger to the name.
    pub(crate) fn signed_up(&self, client: Client, name: &Name, user: UserId) {
        self.limits.log_in.remember(client, name);
        tracing::info!(%user, "signed up");
    }

    /// Finds the account with a name and a password. An unknown name and a wrong password take the
    /// same time and return the same error, so that nobody can find out which names exist.
    pub(crate) async fn log_in(
        &self,
        client: Client,
        name: &str,
        password: &str,
    ) -> Result<User, AppError> {
        self.limits.log_in.check_client(client)?;
        let name = Name::parse(name).ok();
        let found = match &name {
            Some(name) => {
                self.limits.log_in.check_name(client, name)?;
                store::find_by_name_key(&self.db, &name.key()).await?
            }
            None => None,
        };
        let password = Password::read(password).ok_or(Refusal::LogInWrong)?;
        let hash = found.as_ref().map(|user| user.password_hash.clone());
        let is_right = self.passwords.verify(password, hash).await?;
        let user = found.filter(|_| is_right).ok_or(Refusal::LogInWrong)?;
        if let Some(name) = &name {
            self.limits.log_in.remember(client, name);
        }
        tracing::info!(user = %user.id, "logged in");
        Ok(user)
    }

    /// How many passwords were hashed or verified since the program started.
    pub fn passwords_done(&self) -> u64 {
        self.passwords.done()
    }

    /// Counts a request of a person against their limit.
    pub(crate) fn count_request(&self, user: UserId) -> Result<(), Refusal> {
        self.limits.requests.check(user)
    }

    /// Changes the display name and the line about a person.
    pub(crate) async fn change_profile(
        &self,
        user: &User,
        display_name: &str,
        about: &str,
    ) -> Result<(), AppError> {
        self.limits.profile_changes.check(user.id)?;
        let (display_name, about) = both(
            model::parse_display_name(display_name, user),
            model::parse_about(about),
        )?;
        let profile = Profile {
            display_key: key(&display_name),
            display_name,
            about,
        };
        store::update_profile(&self.db, user.id, &profile).await?;
        self.announce_change(user.id).await
    }

    /// Replaces the profile picture.
    async fn change_picture(&self, user: UserId, form: UploadForm) -> Result<(), AppError> {
        self.limits.profile_changes.check(user)?;
        self.media.change_picture(user, form).await?;
        self.announce_change(user).await
    }

    /// Removes the profile picture.
    async fn remove_picture(&self, user: UserId) -> Result<(), AppError> {
        self.limits.profile_changes.check(user)?;
        self.media.remove_picture(user).await?;
        self.announce_change(user).await
    }

    /// Broadcasts a person's changed profile to everyone.
    async fn announce_change(&self, user: UserId) -> Result<(), AppError> {
        let changed = AccountNotice::ProfileChanged(user);
        self.bus.publish_saved(&changed).await?;
        self.emit_change(user).await
    }

    /// Emits a person's changed profile to everyone on this process.
    async fn emit_change(&self, user: UserId) -> Result<(), AppError> {
        let person = self.person(user).await?;
        emit_to(in_rooms(&self.sockets, [EVERYONE]), &UserChanged { person }).await;
        Ok(())
    }

    /// Changes the password of someone who knows the current one, and ends all their sessions. A
    /// new one with this id begins in the same transaction.
    async fn change_password(
        &self,
        user: User,
        present: &str,
        new: &str,
        session: SessionId,
    ) -> Result<User, AppError> {
        self.limits.check_password(user.id)?;
        let present = Password::read(present).ok_or(Refusal::PresentPasswordWrong)?;
        let hash = Some(user.password_hash.clone());
        if !self.passwords.verify(present, hash).await? {
            return Err(Refusal::PresentPasswordWrong.into());
        }
        let hash = self.passwords.hash(Password::parse(new)?).await?;
        let mut tx = self.db.begin().await?;
        let password_version = store::update_password(&mut tx, user.id, &hash).await?;
        let user = User {
            password_version,
            ..user
        };
        self.insert_session(&mut tx, session, &user).await?;
        self.publish_ended(&mut tx, &[user.id]).await?;
        tx.commit().await?;
        self.end_sessions_of(user.id);
        tracing::info!(user = %user.id, "changed the password");
        Ok(user)
    }

    /// Ends all sessions of a person.
    async fn end_all_sessions(&self, user: UserId) -> Result<(), AppError> {
        let mut tx = self.db.begin().await?;
        store::delete_sessions_of(&mut tx, user).await?;
        self.publish_ended(&mut tx, &[user]).await?;
        tx.commit().await?;
        self.end_sessions_of(user);
        Ok(())
    }

    /// Whether there is any account.
    pub(crate) async fn exist(&self) -> Result<bool, AppError> {
        Ok(store::exist(&self.db).await?)
    }

    /// The account with this id.
    pub(crate) async fn find(&self, user: UserId) -> Result<Option<User>, AppError> {
        Ok(store::find(&self.db, user).await?)
    }

    /// The person with this id.
    pub(crate) async fn person(&self, user: UserId) -> Result<Person, AppError> {
        let found = self.people(&[user]).await?;
        Ok(found.into_iter().next().ok_or(Refusal::UserUnknown)?)
    }

    /// The people with these ids, by name.
    pub(crate) async fn people(&self, users: &[UserId]) -> Result<Vec<Person>, AppError> {
        Ok(store::find_people(&self.db, users).await?)
    }

    /// The people whose name or display name contains the text, those whose name begins with it
    /// first. For an empty text, the first people by name.
    pub(crate) async fn search(&self, typed: &str) -> Result<Vec<Person>, AppError> {
        let normalised: String = typed.nfkc().collect();
        let wanted = normalised.trim();
        // No name has such a character, and PostgreSQL refuses some of them.
        if has_invisible(wanted) {
            return Ok(Vec::new());
        }
        let (anywhere, at_start) = patterns(&key(wanted));
        Ok(store::search(&self.db, &anywhere, &at_start, MAX_FOUND).await?)
    }

    /// The line that a person wrote about themselves.
    async fn about(&self, user: UserId) -> Result<String, AppError> {
        let found = self.find(user).await?;
        Ok(found.ok_or(Refusal::UserUnknown)?.about)
    }

    /// Disconnects the sockets of sessions that have expired or that another process has ended, deletes
    /// expired sessions, and frees the memory of idle limits.
    pub async fn clean_up(&self) -> Result<(), AppError> {
        self.limits.remove_idle();
        // First the sockets, because the database may be readable only.
        let everyone = in_rooms(&self.sockets, [EVERYONE]);
        self.end_dead_sessions(everyone).await?;
        Ok(self.delete_expired_sessions().await?)
    }
}

/// Both values, or all refusals, so that the form can show every problem at once.
fn both<A, B>(a: Result<A, Refusal>, b: Result<B, Refusal>) -> Result<(A, B), AppError> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(AppError::Refused(
            a.err().into_iter().chain(b.err()).collect(),
        )),
    }
}
