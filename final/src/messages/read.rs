//! The SQL that reads messages. Events, pages of history and syncs all read messages here, so
//! that they all show the same.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder, query_as};

use super::{
    model::{Location, Message, Quote, Reaction},
    text::render,
};
use crate::{
    accounts::{Person, PersonRow},
    ids::{ChannelId, MessageId, Seq, UserId},
    media::{self, Attachment},
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
}

/// Finds a message. The caller checks whether the person may read it.
pub async fn head(db: &Db, message: MessageId) -> Result<Option<Head>, sqlx::Error> {
    on_db!(db, |pool| query_as(
        "SELECT channel_id, author_id, deleted_at FROM messages WHERE id = $1",
    )
    .bind(message)
    .fetch_optional(pool)
    .await)
}

/// The number of a channel's latest change.
pub async fn latest_change(db: &Db, channel: ChannelId) -> Result<Seq, sqlx::Error> {
    on_db!(db, |pool| sqlx::query_scalar(
        "SELECT seq FROM channels WHERE id = $1"
    )
    .bind(channel)
    .fetch_one(pool)
    .await)
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
    let rows: Vec<Row> = on_tx!(&mut tx, |connection| query_as(messages_where!(
        "m.author_id = $1 AND m.client_id = $2"
    ))
    .bind(author)
    .bind(client_id)
    .fetch_all(connection)
    .await?);
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
    let mut rows: Vec<Row> = on_tx!(&mut tx, |connection| query_as(messages_where!(
        "m.channel_id = $1 AND m.number < $2 ORDER BY m.number DESC LIMIT $3"
    ))
    .bind(channel)
    .bind(number)
    .bind(limit)
    .fetch_all(connection)
    .await?);
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
    let rows: Vec<Row> = on_tx!(&mut tx, |connection| query_as(messages_where!(
        "m.channel_id = $1 AND m.number > $2 ORDER BY m.number LIMIT $3"
    ))
    .bind(channel)
    .bind(number)
    .bind(limit)
    .fetch_all(connection)
    .await?);
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
    let rows: Vec<Row> = on_tx!(&mut tx, |connection| query_as(messages_where!(
        "m.channel_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3"
    ))
    .bind(channel)
    .bind(seq)
    .bind(limit)
    .fetch_all(connection)
    .await?);
    finish(tx, rows).await
}

/// The message that changed last in a channel. None if the channel is empty.
pub async fn last_changed(db: &Db, channel: ChannelId) -> Result<Option<Message>, sqlx::Error> {
    let latest = latest_change(db, channel).await?;
    let messages = changed_after(db, channel, latest.previous(), 1).await?;
    Ok(messages.into_iter().next())
}

/// Messages as they are in the database. They are rendered after the transaction has ended,
/// because rendering takes time and would hold the transaction open.
#[derive(Default)]
pub struct Unrendered {
    rows: Vec<Row>,
    files: HashMap<MessageId, Vec<Attachment>>,
    reactions: Vec<ReactionRow>,
}

#[derive(FromRow)]
struct Row {
    id: MessageId,
    channel_id: ChannelId,
    number: Seq,
    seq: Seq,
    client_id: String,
    body: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    sent_at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
    #[sqlx(flatten)]
    author: Author,
    #[sqlx(flatten)]
    quote: QuoteRow,
    has_reactions: bool,
    /// The message itself has files, or the one that it replies to.
    has_files: bool,
}

#[derive(FromRow)]
struct Author {
    author_id: UserId,
    author_name: String,
    author_display_name: String,
    author_picture: Option<String>,
}

#[derive(FromRow)]
struct QuoteRow {
    quote_id: Option<MessageId>,
    quote_number: Option<Seq>,
    quote_body: Option<String>,
    quote_latitude: Option<f64>,
    quote_deleted_at: Option<DateTime<Utc>>,
    quote_author_id: Option<UserId>,
    quote_author_name: Option<String>,
    quote_author_display_name: Option<String>,
    quote_author_picture: Option<String>,
}

#[derive(FromRow)]
struct ReactionRow {
    message_id: MessageId,
    emoji: String,
    #[sqlx(flatten)]
    person: PersonRow,
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

impl Unrendered {
    /// Renders the text of each message.
    pub fn render(self) -> Vec<Message> {
        let mut messages: Vec<Message> = self.rows.into_iter().map(Message::from).collect();
        for message in &mut messages {
            message.add_files(&self.files);
        }
        for row in self.reactions {
            let message = messages.iter_mut().find(|m| m.id == row.message_id);
            if let Some(message) = message {
                add_reaction(&mut message.reactions, row);
            }
        }
        messages
    }
}

fn add_reaction(reactions: &mut Vec<Reaction>, row: ReactionRow) {
    let person = Person::from(row.person);
    match reactions.iter_mut().find(|r| r.emoji == row.emoji) {
        Some(reaction) => reaction.people.push(person),
        None => reactions.push(Reaction {
            emoji: row.emoji,
            people: vec![person],
        }),
    }
}

impl From<Row> for Message {
    fn from(row: Row) -> Self {
        let text = render(&row.body);
        let location = row.latitude.zip(row.longitude);
        let location = location.map(|(latitude, longitude)| Location {
            latitude,
            longitude,
        });
        Self {
            id: row.id,
            channel: row.channel_id,
            number: row.number,
            seq: row.seq,
            author: row.author.into(),
            client_id: row.client_id,
            excerpt: excerpt(text.excerpt, row.latitude),
            body: row.body,
            html: text.html,
            location: location.map(Into::into),
            reply_to: row.quote.read(),
            files: Vec::new(),
            reactions: Vec::new(),
            sent_at: row.sent_at,
            edited_at: row.edited_at,
            is_deleted: row.deleted_at.is_some(),
        }
    }
}

impl Message {
    fn add_files(&mut self, files: &HashMap<MessageId, Vec<Attachment>>) {
        if let Some(own) = files.get(&self.id) {
            self.files.clone_from(own);
            name_file(&mut self.excerpt, own);
        }
        if let Some(quote) = &mut self.reply_to
            && let Some(quoted) = files.get(&quote.id)
        {
            name_file(&mut quote.excerpt, quoted);
        }
    }
}

impl From<Author> for Person {
    fn from(row: Author) -> Self {
        Self::from(PersonRow {
            id: row.author_id,
            name: row.author_name,
            display_name: row.author_display_name,
            picture: row.author_picture,
        })
    }
}

impl QuoteRow {
    fn read(self) -> Option<Quote> {
        let text = render(&self.quote_body?);
        Some(Quote {
            id: self.quote_id?,
            number: self.quote_number?,
            author: Person::from(PersonRow {
                id: self.quote_author_id?,
                name: self.quote_author_name?,
                display_name: self.quote_author_display_name?,
                picture: self.quote_author_picture,
            }),
            excerpt: excerpt(text.excerpt, self.quote_latitude),
            is_deleted: self.quote_deleted_at.is_some(),
        })
    }
}

/// The excerpt of a location says what it is.
fn excerpt(text: String, latitude: Option<f64>) -> String {
    match latitude {
        Some(_) => "📍 Location".to_owned(),
        None => text,
    }
}

/// The excerpt of a message without text is the name of its first file.
fn name_file(excerpt: &mut String, files: &[Attachment]) {
    if excerpt.is_empty()
        && let Some(first) = files.first()
    {
        *excerpt = format!("📎 {}", first.name);
    }
}
