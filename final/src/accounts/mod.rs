//! Accounts: the rules. [`store`] has the SQL, [`pages`] the forms.

use chrono::Utc;

use crate::{
    error::{AppError, Refusal},
    names::Name,
    state::AppState,
};

mod home;
pub mod limits;
pub mod model;
pub mod pages;
pub mod passwords;
mod picture;
mod problems;
pub mod sessions;
mod store;

use limits::Client;
use model::{NewUser, Profile, User};
use passwords::Password;

/// Makes an account.
pub async fn sign_up(
    state: &AppState,
    client: Client,
    name: &str,
    password: &str,
) -> Result<User, AppError> {
    state.limits.sign_up.check_client(client)?;
    let (name, password) = both(Name::parse(name), Password::parse(password))?;
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
    let (display_name, about) = both(
        model::parse_display_name(display_name, user),
        model::parse_about(about),
    )?;
    let profile = Profile {
        display_name,
        about,
    };
    Ok(store::update_profile(&state.db, user.id, &profile).await?)
}

/// Changes the password, for someone who knows the present one, and ends every
/// session of theirs; the caller starts a new one where they are.
pub async fn change_password(
    state: &AppState,
    user: &User,
    present: &str,
    new: &str,
) -> Result<(), AppError> {
    // A stolen session must not become a place to guess the password.
    state.limits.log_in.check_key(&user.name_key)?;
    let present = Password::read(present).ok_or(Refusal::PresentPasswordWrong)?;
    let hash = Some(user.password_hash.clone());
    if !state.passwords.verify(present, hash).await? {
        return Err(Refusal::PresentPasswordWrong.into());
    }
    let hash = state.passwords.hash(Password::parse(new)?).await?;
    store::update_password(&state.db, user.id, &hash).await?;
    tracing::info!(user = user.id, "changed the password");
    Ok(())
}

/// Ends every session of someone.
pub async fn end_all_sessions(state: &AppState, user: &User) -> Result<(), AppError> {
    Ok(sessions::delete_all_of(&state.db, user.id).await?)
}

/// Forgets sessions that have expired and addresses that have been quiet.
pub async fn clean_up(state: &AppState) -> Result<(), sqlx::Error> {
    state.limits.forget_quiet();
    sessions::delete_expired(&state.db).await
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
