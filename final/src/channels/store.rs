//! The SQL of channels.

use chrono::Utc;
use sqlx::{query, query_as, query_scalar};

use super::{
    access::may_read,
    model::{Channel, ChannelRow, Kind, max_unread},
};
use crate::{
    accounts::{Person, PersonRow},
    ids::{ChannelId, Seq, UserId},
    names::Name,
    storage::{Db, Tx, on_db, on_tx, on_writer},
};

/// Selects channels as the person `$1` sees them. `$end` completes the WHERE clause.
macro_rules! channels_where {
    ($end:literal) => {
        concat!(
            "SELECT c.id, c.kind, c.name, c.seq, mine.seen AS last_read,
                (SELECT count(*) FROM (
                    SELECT 1 FROM messages m
                    WHERE m.channel_id = c.id AND m.number > mine.seen
                      AND m.author_id <> $1 AND m.deleted_at IS NULL
                    LIMIT ",
            max_unread!(),
            ") AS later) AS unread,
                COALESCE(mine.is_favourite, FALSE) AS is_favourite,
                u.id AS with_id, u.name AS with_name, u.display_name AS with_display_name,
                u.picture AS with_picture
             FROM channels c
             LEFT JOIN memberships mine ON mine.channel_id = c.id AND mine.user_id = $1
             LEFT JOIN memberships other
                ON c.kind = 'direct' AND other.channel_id = c.id AND other.user_id <> $1
             LEFT JOIN users u ON u.id = other.user_id
             WHERE ",
            may_read!(),
            " AND ",
            $end
        )
    };
}

/// The channels that someone is subscribed to, by name.
pub async fn of_user(db: &Db, user: UserId) -> Result<Vec<Channel>, sqlx::Error> {
    let rows: Vec<ChannelRow> = on_db!(db, |pool| {
        query_as(channels_where!(
            // From the subscriptions, so it does not matter how many channels there are.
            "c.id IN (SELECT channel_id FROM memberships WHERE user_id = $1) ORDER BY c.key"
        ))
        .bind(user)
        .fetch_all(pool)
        .await?
    });
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// A channel, if the person may read it.
pub async fn find(
    db: &Db,
    user: UserId,
    channel: ChannelId,
) -> Result<Option<Channel>, sqlx::Error> {
    let row: Option<ChannelRow> = on_db!(db, |pool| {
        query_as(channels_where!("c.id = $2"))
            .bind(user)
            .bind(channel)
            .fetch_optional(pool)
            .await?
    });
    Ok(row.map(Channel::from))
}

/// The channels whose key matches the LIKE pattern, those that match `start` first.
pub async fn search(
    db: &Db,
    user: UserId,
    pattern: &str,
    start: &str,
    limit: i64,
) -> Result<Vec<Channel>, sqlx::Error> {
    let rows: Vec<ChannelRow> = on_db!(db, |pool| {
        query_as(channels_where!(
            "c.kind <> 'direct' AND c.key LIKE $2 ESCAPE '\\'
             ORDER BY c.key NOT LIKE $3 ESCAPE '\\', c.key LIMIT $4"
        ))
        .bind(user)
        .bind(pattern)
        .bind(start)
        .bind(limit)
        .fetch_all(pool)
        .await?
    });
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// The id of the channel with this key.
pub async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<ChannelId>, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_scalar("SELECT id FROM channels WHERE key = $1")
            .bind(key)
            .fetch_optional(connection)
            .await
    })
}

/// How many people are subscribed to a channel.
pub async fn count_members(db: &Db, channel: ChannelId) -> Result<i64, sqlx::Error> {
    on_db!(db, |pool| {
        query_scalar("SELECT count(*) FROM memberships WHERE channel_id = $1")
            .bind(channel)
            .fetch_one(pool)
            .await
    })
}

/// The people who are subscribed to a channel, those who signed up first: this order needs no
/// sorting, so it costs the same in a large channel.
pub async fn first_members(
    db: &Db,
    channel: ChannelId,
    limit: i64,
) -> Result<Vec<Person>, sqlx::Error> {
    let rows: Vec<PersonRow> = on_db!(db, |pool| {
        query_as(
            "SELECT u.id, u.name, u.display_name, u.picture FROM memberships m
             JOIN users u ON u.id = m.user_id
             WHERE m.channel_id = $1 ORDER BY m.user_id LIMIT $2",
        )
        .bind(channel)
        .bind(limit)
        .fetch_all(pool)
        .await?
    });
    Ok(rows.into_iter().map(Person::from).collect())
}

/// The people who are subscribed to a channel, by name: those after a key, or from the empty one on.
pub async fn members_after(
    db: &Db,
    channel: ChannelId,
    name_key: &str,
    limit: i64,
) -> Result<Vec<Person>, sqlx::Error> {
    let rows: Vec<PersonRow> = on_db!(db, |pool| {
        query_as(
            "SELECT u.id, u.name, u.display_name, u.picture FROM memberships m
             JOIN users u ON u.id = m.user_id
             WHERE m.channel_id = $1 AND u.name_key > $2 ORDER BY u.name_key LIMIT $3",
        )
        .bind(channel)
        .bind(name_key)
        .bind(limit)
        .fetch_all(pool)
        .await?
    });
    Ok(rows.into_iter().map(Person::from).collect())
}

/// Creates a public channel with its first member. None if the name is taken.
///
/// The channel is read before the commit: if reading failed afterwards, the response
/// would be that there is no channel, and then that its name is taken.
pub async fn create(
    tx: &mut Tx,
    user: UserId,
    name: &Name,
) -> Result<Option<Channel>, sqlx::Error> {
    let inserted = insert(tx, Kind::Public, name.as_str(), &name.key()).await?;
    let Some(channel) = inserted else {
        return Ok(None);
    };
    insert_member(tx, user, channel).await?;
    let row: ChannelRow = on_tx!(tx, |connection| {
        query_as(channels_where!("c.id = $2"))
            .bind(user)
            .bind(channel)
            .fetch_one(connection)
            .await?
    });
    Ok(Some(row.into()))
}

/// The id of the direct-message channel of two people, created if there is none, and whether it is
/// new.
pub async fn direct(
    tx: &mut Tx,
    one: UserId,
    other: UserId,
) -> Result<(ChannelId, bool), sqlx::Error> {
    let key = format!("direct:{}:{}", one.min(other), one.max(other));
    if let Some(channel) = insert(tx, Kind::Direct, "", &key).await? {
        insert_member(tx, one, channel).await?;
        insert_member(tx, other, channel).await?;
        return Ok((channel, true));
    }
    let channel = on_tx!(tx, |connection| {
        query_scalar("SELECT id FROM channels WHERE key = $1")
            .bind(key)
            .fetch_one(connection)
            .await?
    });
    Ok((channel, false))
}

/// Unsubscribes someone; the mark of a favourite goes, too. False if they are not subscribed.
pub async fn remove_member(
    tx: &mut Tx,
    user: UserId,
    channel: ChannelId,
) -> Result<bool, sqlx::Error> {
    on_tx!(tx, |connection| {
        query("DELETE FROM memberships WHERE channel_id = $1 AND user_id = $2")
            .bind(channel)
            .bind(user)
            .execute(connection)
            .await
            .map(|done| done.rows_affected() > 0)
    })
}

/// Sets the number of the last message that someone has read. It never decreases: with two
/// windows open, the later message wins. It never exceeds the channel's latest number.
pub async fn mark_read(
    db: &Db,
    user: UserId,
    channel: ChannelId,
    number: Seq,
) -> Result<bool, sqlx::Error> {
    on_writer!(db, |pool| {
        query(
            "UPDATE memberships SET seen = $3
             WHERE channel_id = $1 AND user_id = $2 AND seen < $3
               AND $3 <= (SELECT seq FROM channels WHERE id = $1)",
        )
        .bind(channel)
        .bind(user)
        .bind(number)
        .execute(pool)
        .await
        .map(|done| done.rows_affected() > 0)
    })
}

/// Marks a channel as a favourite of someone, or unmarks it. False if they are not subscribed, or if
/// nothing changes.
pub async fn star(
    tx: &mut Tx,
    user: UserId,
    channel: ChannelId,
    is_favourite: bool,
) -> Result<bool, sqlx::Error> {
    on_tx!(tx, |connection| {
        query(
            "UPDATE memberships SET is_favourite = $3
             WHERE channel_id = $1 AND user_id = $2 AND is_favourite <> $3",
        )
        .bind(channel)
        .bind(user)
        .bind(is_favourite)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
    })
}

async fn insert(
    tx: &mut Tx,
    kind: Kind,
    name: &str,
    key: &str,
) -> Result<Option<ChannelId>, sqlx::Error> {
    on_tx!(tx, |connection| {
        query_scalar(
            "INSERT INTO channels (kind, name, key, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO NOTHING RETURNING id",
        )
        .bind(kind)
        .bind(name)
        .bind(key)
        .bind(Utc::now())
        .fetch_optional(connection)
        .await
    })
}

/// Subscribes someone. Messages from before count as read.
pub async fn insert_member(
    tx: &mut Tx,
    user: UserId,
    channel: ChannelId,
) -> Result<bool, sqlx::Error> {
    on_tx!(tx, |connection| {
        query(
            "INSERT INTO memberships (channel_id, user_id, seen)
             SELECT id, $2, seq FROM channels WHERE id = $1
             ON CONFLICT (channel_id, user_id) DO NOTHING",
        )
        .bind(channel)
        .bind(user)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
    })
}
