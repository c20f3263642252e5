//! The SQL of new messages. However many there are, it is two statements: for
//! each one more, the database and this program would wait for each other again.

use std::collections::HashSet;

use sqlx::{FromRow, QueryBuilder};

use super::change::{Action, Change, Draft, MessageKey};
use crate::storage::{Tx, on_tx, padded};

/// A message that is in the database now.
#[derive(Debug, FromRow)]
pub struct Created {
    /// The message's number.
    pub id: i64,
    /// The channel's number.
    pub channel_id: i64,
    /// The change's number in its channel.
    pub seq: i64,
    /// Who wrote it.
    pub author_id: i64,
    /// The number that the author's browser gave it.
    pub client_id: String,
}

impl Created {
    /// What it is known by.
    pub fn key(&self) -> MessageKey {
        (self.author_id, self.client_id.clone())
    }
}

/// Writes the messages among these changes. One is left out when its author is
/// not in the channel, or when their browser has sent it before.
///
/// Each gets the next number of its channel. The caller has locked the channels, and
/// writes down there how far their numbers have come.
pub async fn create(tx: &mut Tx, changes: &[&Change]) -> Result<Vec<Created>, sqlx::Error> {
    let mut known = HashSet::new();
    let mut is_first = |change: &&Change| known.insert(change.message_key());
    let drafts = changes.iter().filter_map(|change| match &change.action {
        Action::Create(draft) => Some((*change, draft)),
        _ => None,
    });
    let new: Vec<_> = drafts.filter(|(change, _)| is_first(change)).collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    insert(tx, &new).await
}

async fn insert(tx: &mut Tx, new: &[(&Change, &Draft)]) -> Result<Vec<Created>, sqlx::Error> {
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::new(
            "WITH wanted (place, channel_id, author_id, client_id, body,
                          latitude, longitude, reply_to, sent_at) AS (",
        );
        // A row of nothing names no channel, so nothing comes of it.
        query.push_values(
            padded(new.iter()).zip(1_i64..),
            |mut row, (wanted, place)| {
                let change = wanted.map(|(change, _)| change);
                let draft = wanted.map(|(_, draft)| draft);
                let location = draft.and_then(|draft| draft.location);
                row.push_bind(place)
                    .push_bind(change.map(|change| change.channel))
                    .push_bind(change.map(|change| change.by))
                    .push_bind(draft.map(|draft| &draft.client_id))
                    .push_bind(draft.map(|draft| &draft.body))
                    .push_bind(location.map(|place| place.latitude))
                    .push_bind(location.map(|place| place.longitude))
                    .push_bind(draft.and_then(|draft| draft.reply_to))
                    .push_bind(change.map(|change| change.at));
            },
        );
        query.push(
            "), allowed AS (
                 SELECT wanted.*, channels.seq + ROW_NUMBER() OVER (
                     PARTITION BY wanted.channel_id ORDER BY place) AS number
                 FROM wanted
                 JOIN channels ON channels.id = wanted.channel_id
                 JOIN memberships ON memberships.channel_id = wanted.channel_id
                                 AND memberships.user_id = wanted.author_id
                 WHERE NOT EXISTS (SELECT 1 FROM messages
                                   WHERE messages.author_id = wanted.author_id
                                     AND messages.client_id = wanted.client_id))
             INSERT INTO messages (channel_id, number, seq, author_id, client_id, body,
                                   latitude, longitude, reply_to, sent_at)
             SELECT channel_id, number, number, author_id, client_id, body,
                    latitude, longitude, reply_to, sent_at
             FROM allowed
             RETURNING id, channel_id, seq, author_id, client_id",
        );
        query.build_query_as().fetch_all(connection).await
    })
}
