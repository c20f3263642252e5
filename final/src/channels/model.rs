//! A channel, as one person sees it.

use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

use super::access::Access;
use crate::{
    accounts::{Person, PersonRow},
    ids::{ChannelId, Seq, UserId},
    names::OptionalName,
    schema::{schema, whole_number},
};

/// How many unread messages are counted at most. A macro, because the SQL needs a literal.
macro_rules! max_unread {
    () => {
        100
    };
}
pub(super) use max_unread;

schema! {
    /// A number of unread messages.
    Unread = whole_number(0..=max_unread!())
}

/// The kind of a channel: it decides who may find, read and join it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
#[schema(as = ChannelKind)]
pub enum Kind {
    /// Everyone may find, read and join it.
    Public,
    /// Only members may find and read it.
    Private,
    /// A direct message between two people.
    Direct,
}

/// A channel as one person sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    /// The channel's id.
    pub id: ChannelId,
    /// Decides who may find, read and join it.
    pub kind: Kind,
    /// The name. Empty for a direct message.
    #[schema(value_type = OptionalName)]
    pub name: String,
    /// The other person in a direct message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<Person>,
    /// The number of the latest change to any of its messages.
    pub seq: Seq,
    /// The number of the last message that this person has read. Null if they are not subscribed.
    #[serde(rename = "seen")]
    pub last_read: Option<Seq>,
    /// How many later messages others have sent. They are counted only up to the maximum.
    #[schema(value_type = Unread)]
    pub unread: i64,
    /// Whether this person has marked it as a favourite. It ends with the subscription.
    pub is_favourite: bool,
}

impl Channel {
    /// The permissions of this person.
    pub fn access(&self) -> Access {
        Access {
            kind: self.kind,
            is_member: self.last_read.is_some(),
        }
    }

    /// Whether the list of channels shows it. A direct message appears there with its first
    /// message, or as a favourite.
    pub fn is_listed(&self) -> bool {
        self.kind != Kind::Direct || self.seq > Seq(0) || self.is_favourite
    }
}

/// A row of the query for [`Channel`].
#[derive(FromRow)]
pub struct ChannelRow {
    id: ChannelId,
    kind: Kind,
    name: String,
    seq: Seq,
    last_read: Option<Seq>,
    unread: i64,
    is_favourite: bool,
    with_id: Option<UserId>,
    with_name: Option<String>,
    with_display_name: Option<String>,
    with_picture: Option<String>,
}

impl From<ChannelRow> for Channel {
    fn from(row: ChannelRow) -> Self {
        let with = row.with_id.zip(row.with_name).zip(row.with_display_name);
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            with: with.map(|((id, name), display_name)| {
                Person::from(PersonRow {
                    id,
                    name,
                    display_name,
                    picture: row.with_picture,
                })
            }),
            seq: row.seq,
            last_read: row.last_read,
            unread: row.unread,
            is_favourite: row.is_favourite,
        }
    }
}
