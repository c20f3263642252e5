//! Applies changes, or refuses them. All of it runs inside the transaction that takes the channel's
//! next number.

use std::collections::{BTreeMap, HashMap};

use super::{
    change::{Action, Applied, Change, Draft, MessageKey},
    store::{self, Created},
};
use crate::{
    error::{Refusal, UploadRefusal},
    ids::{MessageId, Seq},
    media,
    storage::Tx,
};

/// How many different emoji a message may have: each change of a message sends all of them.
const MAX_REACTIONS: i64 = 20;

/// Why a change was not applied.
#[derive(Debug)]
enum Failure {
    Refused(Refusal),
    Database(sqlx::Error),
}

/// Applies changes, and returns an outcome for each, in the same order. A change that is refused
/// leaves nothing in the database.
pub async fn apply_all(
    tx: &mut Tx,
    changes: &[&Change],
) -> Result<Vec<Result<Applied, Refusal>>, sqlx::Error> {
    store::lock_channels(tx, changes).await?;
    let mut created = create_without_files(tx, changes).await?;
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        let new = change.message_key().and_then(|key| created.remove(&key));
        let applied = match new {
            Some(new) => Ok(change.applied(new.id, Some(new.seq))),
            None => apply(tx, change).await,
        };
        outcomes.push(match applied {
            Ok(applied) => Ok(applied),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(Failure::Database(error)) => return Err(error),
        });
    }
    Ok(outcomes)
}

/// Most changes are new messages without files, and few of those are refused: one statement
/// creates them together.
async fn create_without_files(
    tx: &mut Tx,
    changes: &[&Change],
) -> Result<HashMap<MessageKey, Created>, sqlx::Error> {
    let simple = changes.iter().copied().filter(|change| !change.has_files());
    let created = store::create(tx, &Vec::from_iter(simple)).await?;
    let mut latest = BTreeMap::new();
    for new in &created {
        let seq = latest.entry(new.channel_id).or_insert(new.seq);
        *seq = new.seq.max(*seq);
    }
    store::advance(tx, &latest).await?;
    Ok(created.into_iter().map(|new| (new.key(), new)).collect())
}

/// Applies one change. If it is refused, it leaves nothing in the database.
async fn apply(tx: &mut Tx, change: &Change) -> Result<Applied, Failure> {
    let found = store::find_channel(tx, change).await?;
    let channel = found.ok_or(Refusal::ChannelUnknown)?;
    channel.access.write()?;
    let seq = channel.seq.next();
    if let Some(message) = perform(tx, change, seq).await? {
        store::advance(tx, &[(change.channel, seq)].into()).await?;
        return Ok(change.applied(message, Some(seq)));
    }
    let unchanged = store::find_unchanged(tx, change).await?;
    let message = unchanged.ok_or(Refusal::MessageUnknown)?;
    Ok(change.applied(message, None))
}

/// Changes the message. None if there was nothing to change.
async fn perform(tx: &mut Tx, change: &Change, seq: Seq) -> Result<Option<MessageId>, Failure> {
    let changed = match &change.action {
        Action::Create(draft) => return create_with_files(tx, change, draft).await,
        Action::Edit { message, body } => store::edit(tx, change, *message, body, seq).await,
        Action::Delete { message } => store::delete(tx, change, *message, seq).await,
        Action::AddReaction { message, emoji } => {
            if store::count_other_emoji(tx, *message, emoji).await? >= MAX_REACTIONS {
                return Err(Refusal::TooManyReactions.into());
            }
            store::add_reaction(tx, change, *message, emoji, seq).await
        }
        Action::RemoveReaction { message, emoji } => {
            store::remove_reaction(tx, change, *message, emoji, seq).await
        }
    };
    Ok(changed?)
}

/// None if the message was saved before.
async fn create_with_files(
    tx: &mut Tx,
    change: &Change,
    draft: &Draft,
) -> Result<Option<MessageId>, Failure> {
    if store::find_unchanged(tx, change).await?.is_some() {
        return Ok(None);
    }
    if !media::may_claim(tx, change.by, &draft.files).await? {
        return Err(Refusal::from(UploadRefusal::Gone).into());
    }
    let Some(new) = store::create(tx, &[change]).await?.pop() else {
        return Ok(None);
    };
    media::claim(tx, change.by, new.id, &draft.files).await?;
    Ok(Some(new.id))
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}
