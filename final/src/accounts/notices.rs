//! Notices to the other processes, and what this one does when it receives them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Accounts;
use crate::{
    error::AppError,
    ids::UserId,
    realtime::{EVERYONE, in_rooms, user_room},
    storage::{Feed, Notice, Received},
};

/// Something has happened to accounts.
#[derive(Debug, Serialize, Deserialize)]
pub enum AccountNotice {
    /// The person has changed their profile.
    ProfileChanged(UserId),
    /// Some or all sessions of these people have ended.
    SessionsEnded(Vec<UserId>),
}

impl Notice for AccountNotice {
    const TOPIC: &'static str = "accounts";
}

impl Accounts {
    /// Follows what other processes do to accounts.
    pub async fn follow(self: Arc<Self>, mut notices: Feed<AccountNotice>) {
        loop {
            let done = match notices.next().await {
                Received::Notice(notice) => self.receive(notice).await,
                // Pages fetch profiles again with the welcome that they receive.
                Received::Gap => {
                    self.end_dead_sessions(in_rooms(&self.sockets, [EVERYONE]))
                        .await
                }
            };
            if let Err(error) = done {
                error.log();
            }
        }
    }

    async fn receive(&self, notice: AccountNotice) -> Result<(), AppError> {
        match notice {
            AccountNotice::ProfileChanged(user) => self.emit_change(user).await,
            AccountNotice::SessionsEnded(users) => {
                for user in users {
                    let connections = in_rooms(&self.sockets, [user_room(user)]);
                    self.end_dead_sessions(connections).await?;
                }
                Ok(())
            }
        }
    }
}
