//! The SQL that creates plain messages, with the connection that works without another thread: most
//! changes are plain messages, and someone waits for each of them.

use chrono::SecondsFormat;
use rusqlite::{OptionalExtension, Transaction, named_params};

use super::rows::{Author, QuoteRow, Row};
use crate::{
    channels::access::may_write,
    ids::{MessageId, Seq},
    messages::change::{Change, Draft},
};

/// Adds a message at the end of its channel, unless its author may not write there, or it was saved
/// before.
const INSERT: &str = concat!(
    "INSERT INTO messages (channel_id, number, seq, author_id, client_id, body,
                           latitude, longitude, sent_at)
     SELECT c.id, c.seq + 1, c.seq + 1, :author, :client_id, :body, :latitude, :longitude, :sent_at
     FROM channels c
     LEFT JOIN memberships mine ON mine.channel_id = c.id AND mine.user_id = :author
     WHERE c.id = :channel AND ",
    may_write!(),
    " ON CONFLICT (author_id, client_id) DO NOTHING
     RETURNING id, number,
         (SELECT name FROM users WHERE users.id = author_id),
         (SELECT display_name FROM users WHERE users.id = author_id),
         (SELECT picture FROM users WHERE users.id = author_id)"
);

/// Creates messages, and returns each as it is in the database. None if it was not created: then
/// [`super::create`] knows why.
pub fn create_plain(
    tx: &Transaction<'_>,
    messages: &[(&Change, &Draft)],
) -> rusqlite::Result<Vec<Option<Row>>> {
    let mut insert = tx.prepare_cached(INSERT)?;
    let mut advance = tx.prepare_cached("UPDATE channels SET seq = ?2 WHERE id = ?1")?;
    let mut created = Vec::with_capacity(messages.len());
    for (change, draft) in messages {
        let values = named_params! {
            ":channel": change.channel.0,
            ":author": change.by.0,
            ":client_id": draft.client_id,
            ":body": draft.body,
            ":latitude": draft.location.map(|location| location.latitude),
            ":longitude": draft.location.map(|location| location.longitude),
            // As `sqlx` stores a time.
            ":sent_at": change.at.to_rfc3339_opts(SecondsFormat::AutoSi, false),
        };
        let row = insert.query_row(values, |row| read(row, change, draft));
        let row = row.optional()?;
        if let Some(row) = &row {
            advance.execute((change.channel.0, row.seq.0))?;
        }
        created.push(row);
    }
    Ok(created)
}

/// The row of a message that was just created.
fn read(row: &rusqlite::Row<'_>, change: &Change, draft: &Draft) -> rusqlite::Result<Row> {
    let number = Seq(row.get(1)?);
    Ok(Row {
        id: MessageId(row.get(0)?),
        channel_id: change.channel,
        number,
        seq: number,
        client_id: draft.client_id.clone(),
        body: draft.body.clone(),
        latitude: draft.location.map(|location| location.latitude),
        longitude: draft.location.map(|location| location.longitude),
        sent_at: change.at,
        edited_at: None,
        deleted_at: None,
        author: Author {
            author_id: change.by,
            author_name: row.get(2)?,
            author_display_name: row.get(3)?,
            author_picture: row.get(4)?,
        },
        quote: QuoteRow::default(),
        has_reactions: false,
        has_files: false,
    })
}
