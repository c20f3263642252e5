//! The SQL that creates messages: one statement for a whole group, because each further
//! statement is another round trip to the database.

use std::collections::HashSet;

use sqlx::{FromRow, QueryBuilder};

use crate::{
    channels::access::may_write,
    ids::{ChannelId, MessageId, Seq, UserId},
    messages::change::{Action, Change, Draft, MessageKey},
    storage::{Tx, on_tx, padded},
};

/// A message that was created.
#[derive(Debug, FromRow)]
pub struct Created {
    pub id: MessageId,
    pub channel_id: ChannelId,
    /// The number of the change in its channel.
    pub seq: Seq,
    pub author_id: UserId,
    /// The id that the author's browser gave it.
    pub client_id: String,
}

impl Created {
    /// The key that identifies it.
    pub fn key(&self) -> MessageKey {
        (self.author_id, self.client_id.clone())
    }
}

/// Creates the messages among these changes. It skips a message whose author is not subscribed
/// to the channel, and one that was saved before.
///
/// Each message gets the next number of its channel. The caller has locked the channels, and
/// updates their numbers afterwards.
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
            "WITH wanted (position, channel_id, author_id, client_id, body,
                          latitude, longitude, reply_to, sent_at) AS (",
        );
        // An all-NULL row matches no channel.
        query.push_values(
            padded(new.iter()).zip(1_i64..),
            |mut row, (wanted, position)| {
                let change = wanted.map(|(change, _)| change);
                let draft = wanted.map(|(_, draft)| draft);
                let location = draft.and_then(|draft| draft.location);
                row.push_bind(position)
                    .push_bind(change.map(|change| change.channel))
                    .push_bind(change.map(|change| change.by))
                    .push_bind(draft.map(|draft| &draft.client_id))
                    .push_bind(draft.map(|draft| &draft.body))
                    .push_bind(location.map(|location| location.latitude))
                    .push_bind(location.map(|location| location.longitude))
                    .push_bind(draft.and_then(|draft| draft.reply_to))
                    .push_bind(change.map(|change| change.at));
            },
        );
        query.push(concat!(
            "), allowed AS (
                 SELECT wanted.*, c.seq + ROW_NUMBER() OVER (
                     PARTITION BY wanted.channel_id ORDER BY position) AS number
                 FROM wanted
                 JOIN channels c ON c.id = wanted.channel_id
                 LEFT JOIN memberships mine ON mine.channel_id = wanted.channel_id
                                           AND mine.user_id = wanted.author_id
                 WHERE ",
            may_write!(),
            " AND NOT EXISTS (SELECT 1 FROM messages
                                   WHERE messages.author_id = wanted.author_id
                                     AND messages.client_id = wanted.client_id))
             INSERT INTO messages (channel_id, number, seq, author_id, client_id, body,
                                   latitude, longitude, reply_to, sent_at)
             SELECT channel_id, number, number, author_id, client_id, body,
                    latitude, longitude, reply_to, sent_at
             FROM allowed
             RETURNING id, channel_id, seq, author_id, client_id",
        ));
        query.build_query_as().fetch_all(connection).await
    })
}
