//! Messages, as browsers and programs receive them.

use std::ops::RangeInclusive;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::{
    send::ClientId,
    text::{Excerpt, OptionalText},
};
use crate::{
    accounts::Person,
    error::Refusal,
    ids::{ChannelId, MessageId, Seq},
    media::Attachment,
    schema::{number, schema},
};

/// The latitudes on Earth (WGS 84), in degrees north of the equator.
const LATITUDES: RangeInclusive<f64> = -90.0..=90.0;
/// The longitudes on Earth (WGS 84), in degrees east of Greenwich.
const LONGITUDES: RangeInclusive<f64> = -180.0..=180.0;

schema! {
    /// Degrees north of the equator.
    Latitude = number(LATITUDES).examples([48.2])
}

schema! {
    /// Degrees east of Greenwich.
    Longitude = number(LONGITUDES).examples([16.37])
}

/// A message as everyone in its channel sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The id, unique in the whole chat.
    pub id: MessageId,
    /// The id of its channel.
    pub channel: ChannelId,
    /// Its position in the channel: the number of the change that created it.
    pub number: Seq,
    /// The number of the latest change to it.
    pub seq: Seq,
    /// The person who wrote it.
    pub author: Person,
    /// The id that the author's browser gave it.
    #[schema(value_type = ClientId)]
    pub client_id: String,
    /// The text as it was typed, in markdown. Empty if the message is deleted.
    #[schema(value_type = OptionalText)]
    pub body: String,
    /// The text as sanitized HTML.
    #[schema(example = "<p><strong>Soup</strong> at noon?</p>\n")]
    pub html: String,
    /// The beginning of the text without markup, for quotes.
    #[schema(value_type = Excerpt)]
    pub excerpt: String,
    /// The location that the author shared.
    #[serde(rename = "place", skip_serializing_if = "Option::is_none")]
    pub location: Option<SharedLocation>,
    /// The attached files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// The message that it replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Quote>,
    /// The reactions, in the order in which they were first added.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// When the server received it.
    #[serde(serialize_with = "rfc3339_millis")]
    pub sent_at: DateTime<Utc>,
    /// When its author last edited it.
    #[serde(
        serialize_with = "rfc3339_millis_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    pub edited_at: Option<DateTime<Utc>>,
    /// Whether its author has deleted it. Then its content is gone.
    pub is_deleted: bool,
}

/// A location on Earth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
}

impl Location {
    /// Checks both ranges. A number that isn't finite is in neither.
    pub fn check(latitude: f64, longitude: f64) -> Result<Self, Refusal> {
        let is_on_earth = LATITUDES.contains(&latitude) && LONGITUDES.contains(&longitude);
        let location = Self {
            latitude,
            longitude,
        };
        if is_on_earth {
            Ok(location)
        } else {
            Err(Refusal::LocationOutOfRange)
        }
    }
}

/// A location with a link to a map.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SharedLocation {
    /// Degrees north of the equator.
    #[schema(value_type = Latitude)]
    pub latitude: f64,
    /// Degrees east of Greenwich.
    #[schema(value_type = Longitude)]
    pub longitude: f64,
    /// The address of a map with a marker.
    #[schema(format = "uri")]
    pub map_url: String,
}

/// A quote of the message that another one replies to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// The id of the quoted message.
    pub id: MessageId,
    /// Its position in the channel.
    pub number: Seq,
    /// The person who wrote it.
    pub author: Person,
    /// The beginning of its text without markup. Empty if it is deleted.
    #[schema(value_type = Excerpt)]
    pub excerpt: String,
    /// Whether its author has deleted it.
    pub is_deleted: bool,
}

/// An emoji below a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reaction {
    /// The emoji.
    #[schema(min_length = 1, example = "👍")]
    pub emoji: String,
    /// The people who added it, in the order in which they did.
    #[schema(min_items = 1)]
    pub people: Vec<Person>,
}

impl From<Location> for SharedLocation {
    /// The link is built from the numbers, never from text that a browser sent.
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
