//! Rows of messages, and how they become the messages that people see.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    accounts::{Person, PersonRow},
    ids::{ChannelId, MessageId, Seq, UserId},
    media::Attachment,
    messages::{
        model::{Location, Message, Quote, Reaction},
        text::render,
    },
};

/// Messages as they are in the database. They are rendered after the transaction has ended,
/// because rendering takes time and would hold the transaction open.
#[derive(Default)]
pub struct Unrendered {
    pub rows: Vec<Row>,
    pub files: HashMap<MessageId, Vec<Attachment>>,
    pub reactions: Vec<ReactionRow>,
}

#[derive(FromRow)]
pub struct Row {
    pub id: MessageId,
    pub channel_id: ChannelId,
    pub number: Seq,
    pub seq: Seq,
    pub client_id: String,
    pub body: String,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub sent_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    #[sqlx(flatten)]
    pub author: Author,
    #[sqlx(flatten)]
    pub quote: QuoteRow,
    pub has_reactions: bool,
    /// The message itself has files, or the one that it replies to.
    pub has_files: bool,
}

#[derive(FromRow)]
pub struct Author {
    pub author_id: UserId,
    pub author_name: String,
    pub author_display_name: String,
    pub author_picture: Option<String>,
}

#[derive(Default, FromRow)]
pub struct QuoteRow {
    pub quote_id: Option<MessageId>,
    pub quote_number: Option<Seq>,
    pub quote_body: Option<String>,
    pub quote_latitude: Option<f64>,
    pub quote_deleted_at: Option<DateTime<Utc>>,
    pub quote_author_id: Option<UserId>,
    pub quote_author_name: Option<String>,
    pub quote_author_display_name: Option<String>,
    pub quote_author_picture: Option<String>,
}

#[derive(FromRow)]
pub struct ReactionRow {
    pub message_id: MessageId,
    pub emoji: String,
    #[sqlx(flatten)]
    pub person: PersonRow,
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
