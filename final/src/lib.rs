//! The finished chat.
//!
//! - [`accounts`] lets people sign up, log in and out, and say who they are.
//! - [`config`] reads flags and environment.
//! - [`error`] is every way in which a request can fail.
//! - [`media`] keeps files and pictures, and gives them to whoever may see them.
//! - [`names`] says what a name may look like.
//! - [`server`] listens on an address, and stops in order.
//! - [`state`] is what all handlers share.
//! - [`storage`] opens the database, SQLite or PostgreSQL.
//! - [`web`] is what every page needs: layout, headers, limits, health.

use axum::Router;

use crate::state::AppState;

pub mod accounts;
pub mod config;
pub mod error;
pub mod media;
pub mod names;
pub mod server;
pub mod state;
pub mod storage;
pub mod web;

/// The whole application: one router a feature, inside the shell of [`web`].
pub fn app(state: AppState) -> Router {
    let pages = Router::new()
        .merge(accounts::pages::routes())
        .merge(media::api::routes());
    web::shell(pages, state)
}
