//! Messages, as they are stored and as they are shown.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::{accounts::Person, media::Attachment};

/// A message as everyone in its channel sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The number that no other message has.
    pub id: i64,
    /// The channel it was written in.
    pub channel: i64,
    /// Its place in the channel: the change that created it.
    pub number: i64,
    /// The latest change to it.
    pub seq: i64,
    /// Who wrote it.
    pub author: Person,
    /// The number that the author's browser gave it.
    pub client_id: String,
    /// What was typed; empty when it is deleted.
    pub body: String,
    /// The same to be shown, from markdown, sanitized.
    pub html: String,
    /// The beginning of it without markup, for quotes.
    pub excerpt: String,
    /// Where the author was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What was sent with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Quote>,
    /// In the order in which they were first added.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// When the server received it.
    #[serde(serialize_with = "rfc3339_millis")]
    pub sent_at: DateTime<Utc>,
    /// When its author last changed it.
    #[serde(
        serialize_with = "rfc3339_millis_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    pub edited_at: Option<DateTime<Utc>>,
    /// Whether its author has deleted it; nothing of what it said is left.
    pub is_deleted: bool,
}

/// A place on Earth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Degrees north of the equator, from -90 to 90.
    pub latitude: f64,
    /// Degrees east of Greenwich, from -180 to 180.
    pub longitude: f64,
}

/// A [`Location`] to be shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// A map of the place.
    pub map_url: String,
}

/// The beginning of a message that is answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// The message's number.
    pub id: i64,
    /// Its place in the channel.
    pub number: i64,
    /// Who wrote it.
    pub author: Person,
    /// The beginning of it without markup; empty when it is deleted.
    pub excerpt: String,
    /// Whether its author has deleted it.
    pub is_deleted: bool,
}

/// An emoji beside a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who added it, the first one first.
    pub people: Vec<Person>,
}

impl From<Location> for Place {
    /// The link is built from numbers, never from what a browser sent.
    fn from(
        Location {
            latitude,
            longitude,
        }: Location,
    ) -> Self {
        Self {
            latitude,
            longitude,
            map_url: format!(
                "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}"
            ),
        }
    }
}

/// Times cross the wire as RFC 3339 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
fn rfc3339_millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn rfc3339_millis_if_any<S: Serializer>(
    time: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => rfc3339_millis(time, serializer),
        None => serializer.serialize_none(),
    }
}
