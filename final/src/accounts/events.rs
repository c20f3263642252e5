//! Events about accounts.

use serde::Serialize;

use super::model::Person;
use crate::realtime::ServerEvent;

/// To everyone, when someone has changed their profile.
#[derive(Debug, Serialize)]
pub struct UserChanged {
    pub person: Person,
}

impl ServerEvent for UserChanged {
    const NAME: &'static str = "user:changed";
}

/// To a browser whose session has ended: it shows the log-in form.
#[derive(Debug, Serialize)]
pub struct SessionEnded {}

impl ServerEvent for SessionEnded {
    const NAME: &'static str = "session:ended";
}
