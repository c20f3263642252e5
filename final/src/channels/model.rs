//! What a channel is to the one who looks at it.

use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

use crate::accounts::{Person, PersonRow};

/// Who may find, read and join a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Kind {
    /// Anyone may.
    Public,
    /// Members alone.
    Private,
    /// Two people.
    Direct,
}

/// A channel as one person sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    /// The number that never changes.
    pub id: i64,
    /// Who may find it.
    pub kind: Kind,
    /// Its name; empty for [`Kind::Direct`].
    pub name: String,
    /// The other person of a [`Kind::Direct`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<Person>,
    /// The number of the latest change to any of its messages.
    pub seq: i64,
    /// The number of the last message that this person has seen; none for
    /// someone who is not a member.
    pub seen: Option<i64>,
    /// How many messages of others are later than that, counted up to 100.
    pub unread: i64,
}

impl Channel {
    /// Whether this person is subscribed.
    pub fn is_member(&self) -> bool {
        self.seen.is_some()
    }

    /// Whether it is shown in the list of channels: a conversation of two
    /// begins with its first message.
    pub fn is_listed(&self) -> bool {
        self.kind != Kind::Direct || self.seq > 0
    }
}

/// A row of the query for [`Channel`].
#[derive(FromRow)]
pub struct ChannelRow {
    id: i64,
    kind: Kind,
    name: String,
    seq: i64,
    seen: Option<i64>,
    unread: i64,
    with_id: Option<i64>,
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
            seen: row.seen,
            unread: row.unread,
        }
    }
}
