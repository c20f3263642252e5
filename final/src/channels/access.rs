//! Permissions: this file alone decides who may read, write and moderate a channel.

use sqlx::FromRow;

use super::model::Kind;
use crate::{error::Refusal, ids::UserId};

/// The rule of [`Access::read`] in SQL, for a query that joins `channels c` with the person's own
/// row of `memberships mine`.
macro_rules! may_read {
    () => {
        "(c.kind = 'public' OR mine.user_id IS NOT NULL)"
    };
}
pub(crate) use may_read;

/// The rule of [`Access::write`] in SQL, like [`may_read!`].
macro_rules! may_write {
    () => {
        "mine.user_id IS NOT NULL"
    };
}
pub(crate) use may_write;

/// The columns of [`Access`], for a query like that of [`may_read!`].
macro_rules! access_columns {
    () => {
        "c.kind, mine.user_id IS NOT NULL AS is_member"
    };
}
pub(crate) use access_columns;

/// The permissions of one person in one channel.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct Access {
    pub kind: Kind,
    /// Whether the person is subscribed.
    pub is_member: bool,
}

impl Access {
    /// Whether the person may read the channel. The refusal is the same as for a channel that does
    /// not exist: only members may know that a private channel exists.
    pub fn read(self) -> Result<(), Refusal> {
        match self.kind {
            Kind::Public => Ok(()),
            Kind::Private | Kind::Direct if self.is_member => Ok(()),
            Kind::Private | Kind::Direct => Err(Refusal::ChannelUnknown),
        }
    }

    /// Whether the person may send, react, and show that they are typing.
    pub fn write(self) -> Result<(), Refusal> {
        self.read()?;
        if self.is_member {
            Ok(())
        } else {
            Err(Refusal::NotSubscribed)
        }
    }

    /// Whether the person may edit or delete a message of this author.
    pub fn moderate(self, user: UserId, author: UserId) -> Result<(), Refusal> {
        self.read()?;
        if user == author {
            Ok(())
        } else {
            Err(Refusal::NotYours)
        }
    }

    /// Whether the person may unsubscribe. Nobody can leave a direct message.
    pub fn leave(self) -> Result<(), Refusal> {
        self.write()?;
        match self.kind {
            Kind::Direct => Err(Refusal::DirectStays),
            Kind::Public | Kind::Private => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: UserId = UserId(1);
    const BOB: UserId = UserId(2);

    fn access(kind: Kind, is_member: bool) -> Access {
        Access { kind, is_member }
    }

    #[test]
    fn everyone_may_read_a_public_channel_and_only_members_may_write() {
        let stranger = access(Kind::Public, false);
        assert_eq!(stranger.read(), Ok(()));
        assert_eq!(stranger.write(), Err(Refusal::NotSubscribed));
        assert_eq!(access(Kind::Public, true).write(), Ok(()));
    }

    #[test]
    fn a_stranger_cannot_tell_that_a_private_channel_exists() {
        for kind in [Kind::Private, Kind::Direct] {
            let stranger = access(kind, false);
            assert_eq!(stranger.read(), Err(Refusal::ChannelUnknown));
            assert_eq!(stranger.write(), Err(Refusal::ChannelUnknown));
            assert_eq!(stranger.leave(), Err(Refusal::ChannelUnknown));
            assert_eq!(stranger.moderate(ADA, ADA), Err(Refusal::ChannelUnknown));
            assert_eq!(access(kind, true).write(), Ok(()));
        }
    }

    #[test]
    fn only_authors_change_their_messages_and_nobody_leaves_a_direct_message() {
        let member = access(Kind::Public, true);
        assert_eq!(member.moderate(ADA, ADA), Ok(()));
        assert_eq!(member.moderate(ADA, BOB), Err(Refusal::NotYours));
        assert_eq!(member.leave(), Ok(()));
        let direct = access(Kind::Direct, true);
        assert_eq!(direct.leave(), Err(Refusal::DirectStays));
    }
}
