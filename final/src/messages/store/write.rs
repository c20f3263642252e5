//! The SQL that changes messages; [`super::create`] has the SQL of new ones. All of it runs inside the
//! transaction that takes the channel's next number.

use std::collections::BTreeMap;

use sqlx::{FromRow, QueryBuilder, query, query_as, query_scalar};

use crate::{
    channels::access::{Access, access_columns},
    ids::{ChannelId, MessageId, Seq},
    media,
    messages::change::{Action, Change},
    storage::{Tx, on_tx, padded},
};

/// On PostgreSQL, other processes write too. They wait here for each other, and all of them lock
/// channels in the same order, so that there is no deadlock. SQLite has only one writer at a
/// time.
pub async fn lock_channels(tx: &mut Tx, changes: &[&Change]) -> Result<(), sqlx::Error> {
    let Tx::Postgres(connection) = tx else {
        return Ok(());
    };
    let channels: Vec<ChannelId> = changes.iter().map(|change| change.channel).collect();
    query("SELECT 1 FROM channels WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind(channels)
        .execute(&mut **connection)
        .await
        .map(drop)
}

/// A channel that someone wants to change.
#[derive(FromRow)]
pub struct ChannelState {
    pub seq: Seq,
    #[sqlx(flatten)]
    pub access: Access,
}

/// The channel of a change.
pub async fn find_channel(
    tx: &mut Tx,
    change: &Change,
) -> Result<Option<ChannelState>, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_as(concat!(
            "SELECT c.seq, ",
            access_columns!(),
            " FROM channels c
              LEFT JOIN memberships mine ON mine.channel_id = c.id AND mine.user_id = $2
              WHERE c.id = $1"
        ))
        .bind(change.channel)
        .bind(change.by)
        .fetch_optional(connection)
        .await
    })
}

/// Sets the number of the latest change of each channel.
pub async fn advance(tx: &mut Tx, latest: &BTreeMap<ChannelId, Seq>) -> Result<(), sqlx::Error> {
    if latest.is_empty() {
        return Ok(());
    }
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::new("WITH latest (channel_id, seq) AS (");
        query.push_values(padded(latest.iter()), |mut row, latest| {
            row.push_bind(latest.map(|(channel, _)| channel))
                .push_bind(latest.map(|(_, seq)| seq));
        });
        query.push(
            ") UPDATE channels SET seq = latest.seq FROM latest
               WHERE channels.id = latest.channel_id",
        );
        query.build().execute(connection).await.map(drop)
    })
}

/// None if the text is the same already, or if this person has no such message.
pub async fn edit(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    body: &str,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_scalar(
            "UPDATE messages SET body = $4, edited_at = $5, seq = $6
             WHERE id = $1 AND channel_id = $2 AND author_id = $3
               AND deleted_at IS NULL AND body <> $4
             RETURNING id",
        )
        .bind(message)
        .bind(change.channel)
        .bind(change.by)
        .bind(body)
        .bind(change.at)
        .bind(seq)
        .fetch_optional(connection)
        .await
    })
}

/// The row stays, so that a later sync finds the deletion; its content is removed.
pub async fn delete(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    let deleted = on_tx!(&mut *tx, |connection| {
        query_scalar(
            "UPDATE messages SET body = '', latitude = NULL, longitude = NULL, reply_to = NULL,
                                 edited_at = NULL, deleted_at = $4, seq = $5
             WHERE id = $1 AND channel_id = $2 AND author_id = $3 AND deleted_at IS NULL
             RETURNING id",
        )
        .bind(message)
        .bind(change.channel)
        .bind(change.by)
        .bind(change.at)
        .bind(seq)
        .fetch_optional(connection)
        .await
    })?;
    if deleted.is_some() {
        media::remove_of_message(tx, message).await?;
        on_tx!(tx, |connection| {
            query("DELETE FROM reactions WHERE message_id = $1")
                .bind(message)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(deleted)
}

/// How many other emoji the message has.
pub async fn count_other_emoji(
    tx: &mut Tx,
    message: MessageId,
    emoji: &str,
) -> Result<i64, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_scalar(
            "SELECT COUNT(DISTINCT emoji) FROM reactions WHERE message_id = $1 AND emoji <> $2",
        )
        .bind(message)
        .bind(emoji)
        .fetch_one(connection)
        .await
    })
}

/// None if the reaction exists already, or if there is no such message in the channel.
pub async fn add_reaction(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    emoji: &str,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    let added: Option<MessageId> = on_tx!(&mut *tx, |connection| {
        query_scalar(
            "INSERT INTO reactions (message_id, user_id, emoji, seq)
             SELECT id, $3, $4, $5 FROM messages
             WHERE id = $1 AND channel_id = $2 AND deleted_at IS NULL
             ON CONFLICT (message_id, user_id, emoji) DO NOTHING RETURNING message_id",
        )
        .bind(message)
        .bind(change.channel)
        .bind(change.by)
        .bind(emoji)
        .bind(seq)
        .fetch_optional(connection)
        .await
    })?;
    touch(tx, added, seq).await
}

/// None if there is no such reaction.
pub async fn remove_reaction(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    emoji: &str,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    let removed: Option<MessageId> = on_tx!(&mut *tx, |connection| {
        query_scalar(
            "DELETE FROM reactions
             WHERE user_id = $3 AND emoji = $4
               AND message_id = (SELECT id FROM messages WHERE id = $1 AND channel_id = $2)
             RETURNING message_id",
        )
        .bind(message)
        .bind(change.channel)
        .bind(change.by)
        .bind(emoji)
        .fetch_optional(connection)
        .await
    })?;
    touch(tx, removed, seq).await
}

/// Marks a message as changed.
async fn touch(
    tx: &mut Tx,
    message: Option<MessageId>,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    if message.is_some() {
        on_tx!(tx, |connection| {
            query("UPDATE messages SET seq = $2 WHERE id = $1")
                .bind(message)
                .bind(seq)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(message)
}

/// The message of a change that had no effect, because the message was that way already.
pub async fn find_unchanged(
    tx: &mut Tx,
    change: &Change,
) -> Result<Option<MessageId>, sqlx::Error> {
    let (message, client_id) = match &change.action {
        Action::Create(draft) => (None, Some(&draft.client_id)),
        Action::Edit { message, .. }
        | Action::Delete { message }
        | Action::AddReaction { message, .. }
        | Action::RemoveReaction { message, .. } => (Some(*message), None),
    };
    // The message may have been deleted while this change was waiting. Then a deletion has
    // nothing left to do, but an edit or a reaction must be refused.
    let may_be_deleted = matches!(change.action, Action::Create(_) | Action::Delete { .. });
    on_tx!(tx, |connection| {
        query_scalar(
            "SELECT id FROM messages
             WHERE ((id = $1 AND channel_id = $2) OR (author_id = $3 AND client_id = $4))
               AND (deleted_at IS NULL OR $5)",
        )
        .bind(message)
        .bind(change.channel)
        .bind(change.by)
        .bind(client_id)
        .bind(may_be_deleted)
        .fetch_optional(connection)
        .await
    })
}
