//! Extractors of the person who is logged in.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use tower_sessions::Session;

use super::{Accounts, User, sessions};
use crate::{error::AppError, ids::UserId, web::problem::Problem};

/// The person who is logged in. Without `Option`, this extractor redirects everyone else to the
/// landing page.
pub struct CurrentUser(pub User);

/// The id of the person who is logged in. It counts the request against their limit.
pub struct ApiUser(pub UserId);

impl<S> OptionalFromRequestParts<S> for CurrentUser
where
    Arc<Accounts>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, AppError> {
        let Some(session) = parts.extensions.get::<Session>() else {
            return Ok(None);
        };
        let accounts = Arc::<Accounts>::from_ref(state);
        match sessions::user(session).await? {
            Some(user) => Ok(accounts.find(user).await?.map(Self)),
            None => Ok(None),
        }
    }
}

impl<S> FromRequestParts<S> for CurrentUser
where
    Arc<Accounts>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let user = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        user.ok_or(AppError::LogInFirst)
    }
}

impl<S> FromRequestParts<S> for ApiUser
where
    Arc<Accounts>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let session = parts.extensions.get::<Session>();
        let session = session.ok_or(AppError::LogInFirst)?;
        // A session without a person is not found.
        let user = sessions::user(session).await?.ok_or(AppError::LogInFirst)?;
        Arc::<Accounts>::from_ref(state).count_request(user)?;
        Ok(Self(user))
    }
}
