//! Accounts: the rules. [`store`] has the SQL, [`pages`] the forms.

use chrono::Utc;
use serde::Serialize;

use crate::{
    channels,
    error::{AppError, Refusal},
    limits::Client,
    names::Name,
    realtime::{EVERYONE, ServerEvent, end_session, end_sessions_of, publish},
    state::AppState,
};

mod account;
pub mod api;
mod model;
pub mod pages;
pub mod passwords;
mod picture;
mod problems;
pub mod sessions;
mod store;

use model::{NewUser, Profile};
pub use model::{Person, PersonRow, User};
use passwords::Password;
pub use sessions::{find_session, is_session_alive};

/// To everyone, when someone has changed what others see of them.
#[derive(Debug, Serialize)]
struct UserChanged {
    person: Person,
}

impl ServerEvent for UserChanged {
    const NAME: &'static str = "user:changed";
}

/// Makes an account.
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
    tracing::info!(user = user.id, "signed up");
    channels::welcome(state, &user).await?;
    Ok(user)
}

/// Finds the account that a name and a password open. An unknown name and a
/// wrong password cost the same work and end in the same words.
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
    tracing::info!(user = user.id, "logged in");
    Ok(user)
}

/// Changes what others see of someone.
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

/// Tells everyone what they see of someone from now on.
pub async fn announce_change(state: &AppState, id: i64) -> Result<(), AppError> {
    let person = person(state, id).await?;
    publish(state.io.to(EVERYONE), &UserChanged { person }).await;
    Ok(())
}

/// Changes the password, for someone who knows the present one, and ends every
/// session of theirs; with the account as it is now the caller starts a new one.
pub async fn change_password(
    state: &AppState,
    user: User,
    present: &str,
    new: &str,
) -> Result<User, AppError> {
    // A stolen session must not become a place to guess the password.
    state.limits.log_in.check_key(&user.name_key)?;
    let present = Password::read(present).ok_or(Refusal::PresentPasswordWrong)?;
    let hash = Some(user.password_hash.clone());
    if !state.passwords.verify(present, hash).await? {
        return Err(Refusal::PresentPasswordWrong.into());
    }
    let hash = state.passwords.hash(Password::parse(new)?).await?;
    let password_version = store::update_password(&state.db, user.id, &hash).await?;
    end_sessions_of(&state.io, user.id);
    tracing::info!(user = user.id, "changed the password");
    Ok(User {
        password_version,
        ..user
    })
}

/// Ends every session of someone.
pub async fn end_all_sessions(state: &AppState, user: &User) -> Result<(), AppError> {
    sessions::delete_all_of(&state.db, user.id).await?;
    end_sessions_of(&state.io, user.id);
    Ok(())
}

/// Whether anybody has signed up.
pub async fn exist(state: &AppState) -> Result<bool, AppError> {
    Ok(store::exist(&state.db).await?)
}

/// What everyone may know of someone.
pub async fn person(state: &AppState, id: i64) -> Result<Person, AppError> {
    let found = store::find_people(&state.db, &[id]).await?;
    Ok(found.into_iter().next().ok_or(Refusal::UserUnknown)?)
}

/// The line that someone wrote about themselves.
pub async fn about(state: &AppState, id: i64) -> Result<String, AppError> {
    let found = store::find(&state.db, id).await?;
    Ok(found.ok_or(Refusal::UserUnknown)?.about)
}

/// Everyone who is here, by name.
pub async fn people_here(state: &AppState) -> Result<Vec<Person>, AppError> {
    let here = state.presence.0.lock().await.everyone();
    Ok(store::find_people(&state.db, &here).await?)
}

/// Forgets sessions that have expired and addresses that have been quiet.
pub async fn clean_up(state: &AppState) -> Result<(), sqlx::Error> {
    state.limits.forget_quiet();
    for session in sessions::delete_expired(&state.db).await? {
        end_session(&state.io, &session);
    }
    Ok(())
}

/// Both values, or every reason against them: who fixes one field should not
/// learn of the next only afterwards.
fn both<A, B>(a: Result<A, Refusal>, b: Result<B, Refusal>) -> Result<(A, B), AppError> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(AppError::Refused(
            a.err().into_iter().chain(b.err()).collect(),
        )),
    }
}
