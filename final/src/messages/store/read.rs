//! The SQL that reads messages. Events, pages of history and syncs all read messages here, so
//! that they all show the same.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder, query_as, query_scalar};

use super::rows::{ReactionRow, Row, Unrendered};
use crate::{
    channels::access::{Access, access_columns},
    ids::{ChannelId, MessageId, Seq, UserId},
    media,
    messages::model::Message,
    storage::{Db, Tx, on_db, on_tx, padded},
};

/// Selects messages with their author and the message they reply to. `$end` completes the WHERE
/// clause.
macro_rules! messages_where {
    ($end:literal) => {
        concat!(
            "SELECT m.id, m.channel_id, m.number, m.seq, m.client_id, m.body, m.latitude, m.longitude,
                m.sent_at, m.edited_at, m.deleted_at,
                a.id AS author_id, a.name AS author_name, a.display_name AS author_display_name,
                a.picture AS author_picture,
                q.id AS quote_id, q.number AS quote_number, q.body AS quote_body,
                q.latitude AS quote_latitude, q.deleted_at AS quote_deleted_at,
                b.id AS quote_author_id, b.name AS quote_author_name,
                b.display_name AS quote_author_display_name,
                b.picture AS quote_author_picture,
                EXISTS (SELECT 1 FROM reactions WHERE message_id = m.id) AS has_reactions,
                EXISTS (SELECT 1 FROM files
                        WHERE message_id IN (m.id, q.id) AND removed_at IS NULL) AS has_files
             FROM messages m
             JOIN users a ON a.id = m.author_id
             LEFT JOIN messages q ON q.id = m.reply_to
             LEFT JOIN users b ON b.id = q.author_id
             WHERE ",
            $end
        )
    };
}

/// The facts about a message that decide who may do what with it.
#[derive(Debug, FromRow)]
pub struct Head {
    pub channel_id: ChannelId,
    pub author_id: UserId,
    pub deleted_at: Option<DateTime<Utc>>,
    #[sqlx(flatten)]
    pub access: Access,
}

/// When the newest message was sent.
pub async fn last_sent(db: &Db) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    on_db!(db, |pool| {
        query_scalar("SELECT sent_at FROM messages ORDER BY id DESC LIMIT 1")
            .fetch_optional(pool)
            .await
    })
}

/// Finds a message, and what the person may do in its channel.
pub async fn head(db: &Db, user: UserId, message: MessageId) -> Result<Option<Head>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as(concat!(
            "SELECT m.channel_id, m.author_id, m.deleted_at, ",
            access_columns!(),
            " FROM messages m
              JOIN channels c ON c.id = m.channel_id
              LEFT JOIN memberships mine ON mine.channel_id = c.id AND mine.user_id = $1
              WHERE m.id = $2"
        ))
        .bind(user)
        .bind(message)
        .fetch_optional(pool)
        .await
    })
}

/// The number of a channel's latest change.
pub async fn latest_change(db: &Db, channel: ChannelId) -> Result<Seq, sqlx::Error> {
    on_db!(db, |pool| {
        sqlx::query_scalar("SELECT seq FROM channels WHERE id = $1")
            .bind(channel)
            .fetch_one(pool)
            .await
    })
}

/// The number of the latest change of each channel that has one.
pub async fn latest_changes(db: &Db) -> Result<Vec<(ChannelId, Seq)>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as("SELECT id, seq FROM channels WHERE seq > 0")
            .fetch_all(pool)
            .await
    })
}

/// The messages with these ids, in any order.
pub async fn by_ids(tx: &mut Tx, ids: &[MessageId]) -> Result<Unrendered, sqlx::Error> {
    // PostgreSQL does not accept an empty list.
    if ids.is_empty() {
        return Ok(Unrendered::default());
    }
    let rows: Vec<Row> = on_tx!(&mut *tx, |connection| {
        let mut query = QueryBuilder::new(messages_where!("m.id IN ("));
        let mut list = query.separated(", ");
        for id in padded(ids.iter()) {
            list.push_bind(id);
        }
        query.push(")");
        query.build_query_as().fetch_all(connection).await?
    });
    complete(tx, rows).await
}

/// The message with the id that its author's browser gave it.
pub async fn by_client_id(
    db: &Db,
    author: UserId,
    client_id: &str,
) -> Result<Option<Message>, sqlx::Error> {
    let mut tx = db.begin_reading().await?;
    let rows: Vec<Row> = on_tx!(&mut tx, |connection| {
        query_as(messages_where!("m.author_id = $1 AND m.client_id = $2"))
            .bind(author)
            .bind(client_id)
            .fetch_all(connection)
            .await?
    });
    Ok(finish(tx, rows).await?.into_iter().next())
}

/// The last messages before a number, oldest first.
pub async fn before(
    db: &Db,
    channel: ChannelId,
    number: Seq,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    let mut tx = db.begin_reading().await?;
    let mut rows: Vec<Row> = on_tx!(&mut tx, |connection| {
        query_as(messages_where!(
            "m.channel_id = $1 AND m.number < $2 ORDER BY m.number DESC LIMIT $3"
        ))
        .bind(channel)
        .bind(number)
        .bind(limit)
        .fetch_all(connection)
        .await?
    });
    rows.reverse();
    finish(tx, rows).await
}

/// The first messages after a number, oldest first.
pub async fn after(
    db: &Db,
    channel: ChannelId,
    number: Seq,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    let mut tx = db.begin_reading().await?;
    let rows: Vec<Row> = on_tx!(&mut tx, |connection| {
        query_as(messages_where!(
            "m.channel_id = $1 AND m.number > $2 ORDER BY m.number LIMIT $3"
        ))
        .bind(channel)
        .bind(number)
        .bind(limit)
        .fetch_all(connection)
        .await?
    });
    finish(tx, rows).await
}

/// The messages that have changed since the change with the number `seq`, in the order of their
/// latest change.
pub async fn changed_after(
    db: &Db,
    channel: ChannelId,
    seq: Seq,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    let mut tx = db.begin_reading().await?;
    let rows: Vec<Row> = on_tx!(&mut tx, |connection| {
        // New messages, and older ones that have changed: each has an index.
        query_as(messages_where!(
            "m.id IN (
                SELECT id FROM (
                    SELECT id FROM messages
                    WHERE channel_id = $1 AND number > $2 AND seq = number
                    ORDER BY number LIMIT $3) AS created
                UNION ALL
                SELECT id FROM (
                    SELECT id FROM messages
                    WHERE channel_id = $1 AND seq > $2 AND seq <> number
                    ORDER BY seq LIMIT $3) AS changed)
             ORDER BY m.seq LIMIT $3"
        ))
        .bind(channel)
        .bind(seq)
        .bind(limit)
        .fetch_all(connection)
        .await?
    });
    finish(tx, rows).await
}

/// The message that changed last in a channel. None if the channel is empty.
pub async fn last_changed(db: &Db, channel: ChannelId) -> Result<Option<Message>, sqlx::Error> {
    let latest = latest_change(db, channel).await?;
    let messages = changed_after(db, channel, latest.previous(), 1).await?;
    Ok(messages.into_iter().next())
}

/// Adds files and reactions, ends the transaction, and renders the texts.
async fn finish(mut tx: Tx, rows: Vec<Row>) -> Result<Vec<Message>, sqlx::Error> {
    let found = complete(&mut tx, rows).await?;
    drop(tx);
    Ok(found.render())
}

/// Adds files and reactions.
async fn complete(tx: &mut Tx, rows: Vec<Row>) -> Result<Unrendered, sqlx::Error> {
    let with_reactions = rows.iter().filter(|row| row.has_reactions);
    let with_reactions: Vec<MessageId> = with_reactions.map(|row| row.id).collect();
    let with_files = rows.iter().filter(|row| row.has_files);
    let with_files = with_files.flat_map(|row| [Some(row.id), row.quote.quote_id]);
    let with_files: Vec<MessageId> = with_files.flatten().collect();
    Ok(Unrendered {
        files: media::of_messages(tx, &with_files).await?,
        reactions: reactions_to(tx, &with_reactions).await?,
        rows,
    })
}

async fn reactions_to(
    tx: &mut Tx,
    messages: &[MessageId],
) -> Result<Vec<ReactionRow>, sqlx::Error> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    on_tx!(tx, |connection| {
        let mut query = QueryBuilder::new(
            "SELECT r.message_id, r.emoji, u.id, u.name, u.display_name, u.picture
             FROM reactions r JOIN users u ON u.id = r.user_id
             WHERE r.message_id IN (",
        );
        let mut list = query.separated(", ");
        for message in padded(messages.iter()) {
            list.push_bind(message);
        }
        query.push(") ORDER BY r.seq");
        query.build_query_as().fetch_all(connection).await
    })
}
