//! The SQL that changes messages; [`create`] has the SQL of new ones. All of it runs inside the
//! transaction that takes the channel's next number.

use std::collections::{BTreeMap, HashMap};

use sqlx::{FromRow, QueryBuilder, query, query_as, query_scalar};

use super::{
    change::{Action, Applied, Change, MessageKey},
    create::{self, Created},
};
use crate::{
    error::Refusal,
    ids::{ChannelId, MessageId, Seq},
    media::{self, refusals::UploadRefusal},
    storage::{Tx, on_tx, padded},
};

/// Applies changes, and returns an outcome for each, in the same order. A change that is refused
/// leaves nothing in the database.
pub async fn apply_all(
    tx: &mut Tx,
    changes: &[&Change],
) -> Result<Vec<Result<Applied, Refusal>>, sqlx::Error> {
    lock_channels(tx, changes).await?;
    let mut created = create_without_files(tx, changes).await?;
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        let new = change.message_key().and_then(|key| created.remove(&key));
        outcomes.push(match new {
            Some(new) => Ok(Applied {
                message: new.id,
                channel: new.channel_id,
                seq: Some(new.seq),
                event: change.action.event(),
            }),
            None => apply(tx, change).await?,
        });
    }
    Ok(outcomes)
}

/// On PostgreSQL, other processes write too. They wait here for each other, and all of them lock
/// channels in the same order, so that there is no deadlock. SQLite has only one writer at a
/// time.
async fn lock_channels(tx: &mut Tx, changes: &[&Change]) -> Result<(), sqlx::Error> {
    let Tx::Postgres(connection) = tx else {
        return Ok(());
    };
    let channels: Vec<ChannelId> = changes.iter().map(|change| change.channel).collect();
    query("SELECT 1 FROM channels WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind(channels)
        .execute(&mut **connection)
        .await
        .map(|_| ())
}

/// Most changes are new messages without files, and few of those are refused: one statement
/// creates them together.
async fn create_without_files(
    tx: &mut Tx,
    changes: &[&Change],
) -> Result<HashMap<MessageKey, Created>, sqlx::Error> {
    let simple = changes.iter().copied().filter(|change| !change.has_files());
    let created = create::create(tx, &Vec::from_iter(simple)).await?;
    let mut latest = BTreeMap::new();
    for new in &created {
        let seq = latest.entry(new.channel_id).or_insert(new.seq);
        *seq = new.seq.max(*seq);
    }
    advance(tx, &latest).await?;
    Ok(created.into_iter().map(|new| (new.key(), new)).collect())
}

/// How many different emoji a message may have: each change of a message sends all of them.
const MAX_REACTIONS: i64 = 20;

/// Applies one change, or returns why it is refused; then it leaves nothing in the database.
async fn apply(tx: &mut Tx, change: &Change) -> Result<Result<Applied, Refusal>, sqlx::Error> {
    let seq = match find_channel(tx, change).await? {
        None => return Ok(Err(Refusal::ChannelUnknown)),
        Some(ChannelState {
            is_member: true,
            seq,
            ..
        }) => seq.next(),
        Some(ChannelState {
            is_public: true, ..
        }) => return Ok(Err(Refusal::NotSubscribed)),
        // Only members may know that it exists.
        Some(_) => return Ok(Err(Refusal::ChannelUnknown)),
    };
    if let Action::Create(draft) = &change.action
        && !draft.files.is_empty()
        && find_unchanged(tx, change).await?.is_none()
        && !media::may_claim(tx, change.by, &draft.files).await?
    {
        return Ok(Err(UploadRefusal::Gone.into()));
    }
    if let Action::React {
        message,
        emoji,
        is_on: true,
    } = &change.action
        && count_other_emoji(tx, *message, emoji).await? >= MAX_REACTIONS
    {
        return Ok(Err(Refusal::TooManyReactions));
    }
    let changed = match &change.action {
        Action::Create(draft) => create_with_files(tx, change, &draft.files).await?,
        Action::Edit { message, body } => edit(tx, change, *message, body, seq).await?,
        Action::Delete { message } => delete(tx, change, *message, seq).await?,
        Action::React {
            message,
            emoji,
            is_on: true,
        } => add_reaction(tx, change, *message, emoji, seq).await?,
        Action::React {
            message,
            emoji,
            is_on: false,
        } => remove_reaction(tx, change, *message, emoji, seq).await?,
    };
    let message = match changed {
        Some(message) => {
            advance(tx, &[(change.channel, seq)].into()).await?;
            message
        }
        None => match find_unchanged(tx, change).await? {
            Some(message) => message,
            None => return Ok(Err(Refusal::MessageUnknown)),
        },
    };
    Ok(Ok(Applied {
        message,
        channel: change.channel,
        seq: changed.map(|_| seq),
        event: change.action.event(),
    }))
}

/// The facts about a channel that decide whether a change is allowed.
#[derive(FromRow)]
struct ChannelState {
    seq: Seq,
    is_public: bool,
    is_member: bool,
}

async fn find_channel(tx: &mut Tx, change: &Change) -> Result<Option<ChannelState>, sqlx::Error> {
    on_tx!(tx, |connection| query_as(
        "SELECT seq, kind = 'public' AS is_public,
            EXISTS (SELECT 1 FROM memberships
                    WHERE channel_id = channels.id AND user_id = $2) AS is_member
         FROM channels WHERE id = $1",
    )
    .bind(change.channel)
    .bind(change.by)
    .fetch_optional(connection)
    .await)
}

/// Sets the number of the latest change of each channel.
async fn advance(tx: &mut Tx, latest: &BTreeMap<ChannelId, Seq>) -> Result<(), sqlx::Error> {
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
        query.build().execute(connection).await.map(|_| ())
    })
}

/// None if the message was saved before.
async fn create_with_files(
    tx: &mut Tx,
    change: &Change,
    files: &[String],
) -> Result<Option<MessageId>, sqlx::Error> {
    let Some(new) = create::create(tx, &[change]).await?.pop() else {
        return Ok(None);
    };
    media::claim(tx, change.by, new.id, files).await?;
    Ok(Some(new.id))
}

/// None if the text is the same already, or if this person has no such message.
async fn edit(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    body: &str,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    on_tx!(tx, |connection| query_scalar(
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
    .await)
}

/// The row stays, so that a later sync finds the deletion; its content is removed.
async fn delete(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    let deleted = on_tx!(&mut *tx, |connection| query_scalar(
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
    .await)?;
    if deleted.is_some() {
        media::remove_of_message(tx, message).await?;
        on_tx!(tx, |connection| query(
            "DELETE FROM reactions WHERE message_id = $1"
        )
        .bind(message)
        .execute(connection)
        .await
        .map(|_| ()))?;
    }
    Ok(deleted)
}

async fn count_other_emoji(
    tx: &mut Tx,
    message: MessageId,
    emoji: &str,
) -> Result<i64, sqlx::Error> {
    on_tx!(tx, |connection| query_scalar(
        "SELECT COUNT(DISTINCT emoji) FROM reactions WHERE message_id = $1 AND emoji <> $2",
    )
    .bind(message)
    .bind(emoji)
    .fetch_one(connection)
    .await)
}

async fn add_reaction(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    emoji: &str,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    let added: Option<MessageId> = on_tx!(&mut *tx, |connection| query_scalar(
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
    .await)?;
    touch(tx, added, seq).await
}

async fn remove_reaction(
    tx: &mut Tx,
    change: &Change,
    message: MessageId,
    emoji: &str,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    let removed: Option<MessageId> = on_tx!(&mut *tx, |connection| query_scalar(
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
    .await)?;
    touch(tx, removed, seq).await
}

async fn touch(
    tx: &mut Tx,
    message: Option<MessageId>,
    seq: Seq,
) -> Result<Option<MessageId>, sqlx::Error> {
    if message.is_some() {
        on_tx!(tx, |connection| query(
            "UPDATE messages SET seq = $2 WHERE id = $1"
        )
        .bind(message)
        .bind(seq)
        .execute(connection)
        .await
        .map(|_| ()))?;
    }
    Ok(message)
}

/// The message of a change that had no effect, because the message was that way already.
async fn find_unchanged(tx: &mut Tx, change: &Change) -> Result<Option<MessageId>, sqlx::Error> {
    let (message, client_id) = match &change.action {
        Action::Create(draft) => (None, Some(&draft.client_id)),
        Action::Edit { message, .. }
        | Action::Delete { message }
        | Action::React { message, .. } => (Some(*message), None),
    };
    // The message may have been deleted while this change was waiting. Then a deletion has
    // nothing left to do, but an edit or a reaction must be refused.
    let may_be_deleted = matches!(change.action, Action::Create(_) | Action::Delete { .. });
    on_tx!(tx, |connection| query_scalar(
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
    .await)
}
