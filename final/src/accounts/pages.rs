//! The routes of accounts, and the landing page with its two forms.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{FromRef, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tower_sessions::{Session, session::Id as SessionId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Accounts, CurrentUser, account,
    model::User,
    passwords::Password,
    picture,
    problems::{Problems, refuse},
    sessions,
};
use crate::{
    config::Config,
    error::{AppError, Refusal},
    ids::ChatId,
    media::Media,
    names::Name,
    web::{
        address::ClientAddress,
        form::Form,
        openapi::{EXAMPLE_WAIT, errors, with_pages},
        pages::render,
    },
};

/// The fields of the log-in form and the sign-up form.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Credentials {
    /// The unique name.
    #[schema(value_type = Name)]
    pub name: String,
    /// The password.
    #[schema(value_type = Password)]
    pub password: String,
}

#[derive(Template)]
#[template(path = "accounts/landing.html")]
struct LandingPage<'a> {
    forms: [CredentialsView<'a>; 2],
}

/// One of the two forms of the landing page.
struct CredentialsView<'a> {
    id: &'static str,
    title: &'static str,
    /// Tells password managers whether this is the current or a new password.
    password_autocomplete: &'static str,
    password_hint: &'static str,
    is_open: bool,
    name: &'a str,
    problems: Problems,
}

/// The routes of accounts. `channels` has the one that signs up.
pub(crate) fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Config>: FromRef<S>,
    Arc<Media>: FromRef<S>,
    ChatId: FromRef<S>,
{
    OpenApiRouter::new()
        .route("/", get(landing))
        .routes(routes!(to_sign_up))
        .routes(routes!(to_log_in))
        .routes(with_pages(
            routes!(log_in),
            errors![Refusal::LogInWrong, Refusal::TooManyTries(EXAMPLE_WAIT)],
        ))
        // Only POST: a link or an image on another site must not log people out.
        .routes(with_pages(routes!(log_out), errors![]))
        .route("/log-out/everywhere", post(log_out_everywhere))
        .route("/session", post(keep_alive))
        .route("/account", get(account::show))
        .route(
            "/account/profile",
            get(to_account).post(account::change_profile),
        )
        .route("/account/picture", get(to_account).post(picture::change))
        .route("/account/picture/remove", post(picture::remove))
        .route(
            "/account/password",
            get(to_account).post(account::change_password),
        )
}

async fn landing(
    user: Option<CurrentUser>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, AppError> {
    if user.is_some() {
        return Ok(to_home());
    }
    let form = query.get("form").map_or("", String::as_str);
    Ok(landing_page(form, "", Problems::default())?.into_response())
}

/// The response to someone who has tried to sign up with a session of this id: they are logged in,
/// or see what to change.
pub(crate) async fn signed_up(
    session: &Session,
    id: SessionId,
    name: &str,
    outcome: Result<User, AppError>,
) -> Result<Response, AppError> {
    match outcome {
        Ok(user) => {
            sessions::adopt(session, id, &user).await?;
            Ok(to_home())
        }
        Err(error) => refuse(error, |problems| landing_page("sign-up", name, problems)),
    }
}

/// Log in
///
/// The response has the session's cookie. It replaces the session that the request belongs to.
#[utoipa::path(
    post,
    path = "/log-in",
    security(()),
    request_body(content = Credentials, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "you are logged in", headers(("Set-Cookie" = String), ("Location" = String))))
)]
async fn log_in(
    State(accounts): State<Arc<Accounts>>,
    ClientAddress(address): ClientAddress,
    session: Session,
    Form(form): Form<Credentials>,
) -> Result<Response, AppError> {
    let found = accounts.log_in(address.into(), &form.name, &form.password);
    match found.await {
        Ok(user) => {
            sessions::start(&session, &user).await?;
            Ok(to_home())
        }
        Err(error) => refuse(error, |problems| {
            landing_page("log-in", &form.name, problems)
        }),
    }
}

/// Log out
#[utoipa::path(
    post,
    path = "/log-out",
    security(()),
    responses((status = 303, description = "you are logged out", headers(("Location" = String))))
)]
async fn log_out(session: Session) -> Result<Redirect, AppError> {
    session.flush().await?;
    Ok(Redirect::to("/"))
}

async fn log_out_everywhere(
    State(accounts): State<Arc<Accounts>>,
    CurrentUser(user): CurrentUser,
    session: Session,
) -> Result<Redirect, AppError> {
    accounts.end_all_sessions(user.id).await?;
    log_out(session).await
}

/// The form to sign up
#[utoipa::path(
    get,
    path = "/sign-up",
    security(()),
    responses((status = 303, description = "the page with the form"))
)]
async fn to_sign_up() -> Redirect {
    Redirect::to("/?form=sign-up")
}

/// The form to log in
#[utoipa::path(
    get,
    path = "/log-in",
    security(()),
    responses((status = 303, description = "the page with the form"))
)]
async fn to_log_in() -> Redirect {
    Redirect::to("/?form=log-in")
}

/// Renews the session. Requests over the socket do not renew it, so a page whose user is active
/// sends this request now and then.
async fn keep_alive(_user: CurrentUser) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn to_account() -> Redirect {
    Redirect::to("/account")
}

fn to_home() -> Response {
    Redirect::to("/home").into_response()
}

/// The landing page. `open` is the id of the form to open; empty for none.
fn landing_page(open: &str, name: &str, problems: Problems) -> Result<Html<String>, AppError> {
    let mut forms = [CredentialsView::log_in(), CredentialsView::sign_up()];
    if let Some(form) = forms.iter_mut().find(|form| form.id == open) {
        form.is_open = true;
        form.name = name;
        form.problems = problems;
    }
    render(&LandingPage { forms })
}

impl LandingPage<'_> {
    fn is_form_open(&self) -> bool {
        self.forms.iter().any(|form| form.is_open)
    }
}

impl CredentialsView<'_> {
    fn log_in() -> Self {
        Self {
            id: "log-in",
            title: "Log in",
            password_autocomplete: "current-password",
            password_hint: "",
            is_open: false,
            name: "",
            problems: Problems::default(),
        }
    }

    fn sign_up() -> Self {
        Self {
            id: "sign-up",
            title: "Sign up",
            password_autocomplete: "new-password",
            password_hint: "At least 8 characters",
            ..Self::log_in()
        }
    }

    /// Whether this field gets the focus: the first with a problem, or else the first of an open
    /// form.
    fn has_focus(&self, field: &str) -> bool {
        if self.problems.0.is_empty() {
            self.is_open && field == "name"
        } else {
            self.problems.is_first(field)
        }
    }
}
