//! Accounts: the rules. [`store`] has the SQL, [`pages`] the forms, [`api`] the JSON API.

use chrono::Utc;
use serde::Serialize;

use crate::{
    channels,
    error::{AppError, Refusal},
    ids::UserId,
    limits::Client,
    names::Name,
    realtime::{EVERYONE, ServerEvent, emit_to, end_session, end_sessions_of, in_rooms},
    state::AppState,
};

mod account;
pub(crate) mod api;
mod model;
pub(crate) mod pages;
pub(crate) mod passwords;
mod picture;
mod problems;
pub mod sessions;
mod store;

pub(crate) use model::PersonRow;
use model::{NewUser, Profile};
pub use model::{Person, User};
use passwords::Password;
pub(crate) use sessions::{find_session, is_session_alive};

/// To everyone, when someone has changed their profile.
#[derive(Debug, Serialize)]
struct UserChanged {
    person: Person,
}

impl ServerEvent for UserChanged {
    const NAME: &'static str = "user:changed";
}

/// Creates an account.
pub async fn sign_up(
    state: &AppState,
    client: Client,
    name: &str,
    password: &str,
) -> Result<User, AppError> {
    state.limits.sign_up.check_client(client)?;
    let (name, password) = both(Name::parse_new(name), Password::parse(password))?;
    state.limits.sign_up.check_name(&name)?;
    let new = NewUser {
        name_key: name.key(),
        password_hash: state.passwords.hash(password).await?,
        created_at: Utc::now(),
        name,
    };
    let user = store::insert(&state.db, &new).await?;
    let user = user.ok_or(Refusal::NameTaken)?;
    tracing::info!(user = %user.id, "signed up");
    channels::join_general(state, &user).await?;
    Ok(user)
}

/// Finds the account with a name and a password. An unknown name and a wrong password take the
/// same time and return the same error, so that nobody can find out which names exist.
pub async fn log_in(
    state: &AppState,
    client: Client,
    name: &str,
    password: &str,
) -> Result<User, AppError> {
    state.limits.log_in.check_client(client)?;
    let name = Name::parse(name).ok();
    let found = match &name {
        Some(name) => {
            state.limits.log_in.check_name(name)?;
            store::find_by_name_key(&state.db, &name.key()).await?
        }
        None => None,
    };
    let password = Password::read(password).ok_or(Refusal::LogInWrong)?;
    let hash = found.as_ref().map(|user| user.password_hash.clone());
    let is_right = state.passwords.verify(password, hash).await?;
    let user = found.filter(|_| is_right).ok_or(Refusal::LogInWrong)?;
    tracing::info!(user = %user.id, "logged in");
    Ok(user)
}

/// Changes the display name and the line about a person.
pub async fn change_profile(
    state: &AppState,
    user: &User,
    display_name: &str,
    about: &str,
) -> Result<(), AppError> {
    state.limits.profile_changes.check(user.id)?;
    let (display_name, about) = both(
        model::parse_display_name(display_name, user),
        model::parse_about(about),
    )?;
    let profile = Profile {
        display_name,
        about,
    };
    store::update_profile(&state.db, user.id, &profile).await?;
    announce_change(state, user.id).await
}

/// Broadcasts a person's changed profile to everyone.
pub async fn announce_change(state: &AppState, id: UserId) -> Result<(), AppError> {
    let person = person(state, id).await?;
    emit_to(in_rooms(&state.io, [EVERYONE]), &UserChanged { person }).await;
    Ok(())
}

/// Changes the password of someone who knows the current one, and ends all their sessions. The
/// caller starts a new session with the returned account.
pub async fn change_password(
    state: &AppState,
    user: User,
    present: &str,
    new: &str,
) -> Result<User, AppError> {
    // A stolen session must not allow unlimited guesses of the password.
    state.limits.log_in.check_key(&user.name_key)?;
    let present = Password::read(present).ok_or(Refusal::PresentPasswordWrong)?;
    let hash = Some(user.password_hash.clone());
    if !state.passwords.verify(present, hash).await? {
        return Err(Refusal::PresentPasswordWrong.into());
    }
    let hash = state.passwords.hash(Password::parse(new)?).await?;
    let password_version = store::update_password(&state.db, user.id, &hash).await?;
    end_sessions_of(&state.io, user.id);
    tracing::info!(user = %user.id, "changed the password");
    Ok(User {
        password_version,
        ..user
    })
}

/// Ends all sessions of a person.
pub async fn end_all_sessions(state: &AppState, user: &User) -> Result<(), AppError> {
    sessions::delete_all_of(&state.db, user.id).await?;
    end_sessions_of(&state.io, user.id);
    Ok(())
}

/// Whether there is any account.
pub async fn exist(state: &AppState) -> Result<bool, AppError> {
    Ok(store::exist(&state.db).await?)
}

/// The person with this id.
pub async fn person(state: &AppState, id: UserId) -> Result<Person, AppError> {
    let found = store::find_people(&state.db, &[id]).await?;
    Ok(found.into_iter().next().ok_or(Refusal::UserUnknown)?)
}

/// The line that a person wrote about themselves.
pub async fn about(state: &AppState, id: UserId) -> Result<String, AppError> {
    let found = store::find(&state.db, id).await?;
    Ok(found.ok_or(Refusal::UserUnknown)?.about)
}

/// The online users, by name.
pub async fn online_people(state: &AppState) -> Result<Vec<Person>, AppError> {
    let online = state.presence.0.lock().await.ids();
    Ok(store::find_people(&state.db, &online).await?)
}

/// Deletes expired sessions, and frees the memory of idle limits.
pub async fn clean_up(state: &AppState) -> Result<(), sqlx::Error> {
    state.limits.remove_idle();
    for session in sessions::delete_expired(&state.db).await? {
        end_session(&state.io, &session);
    }
    Ok(())
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
