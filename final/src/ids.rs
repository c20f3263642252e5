//! Ids and sequence numbers. Each is a type of its own, so that a swapped argument does not compile.
//! On the wire and in the database, they are plain numbers.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// Distinguishes this chat from others at the same address.
#[derive(Debug, Clone)]
pub struct ChatId(pub Arc<str>);

/// Declares a number with a meaning.
macro_rules! number_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

number_type! {
    /// The id of an account.
    UserId
}
number_type! {
    /// The id of a channel.
    ChannelId
}
number_type! {
    /// The id of a message.
    MessageId
}
number_type! {
    /// The number of a change in its channel. Each channel counts from 1 without a gap. The number
    /// of the change that created a message is also its position in the channel.
    Seq
}

impl Seq {
    /// Greater than the number of any change.
    pub const MAX: Self = Self(i64::MAX);

    /// The number of the next change.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The number of the change before this one.
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_plain_number_in_json() {
        assert_eq!(serde_json::to_string(&UserId(7)).unwrap(), "7");
        assert_eq!(
            serde_json::from_str::<ChannelId>("8").unwrap(),
            ChannelId(8)
        );
        assert!(serde_json::from_str::<MessageId>("\"9\"").is_err());
    }

    #[test]
    fn the_numbers_at_the_ends_have_neighbours() {
        for number in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert!(Seq(number).previous() <= Seq(number));
            assert!(Seq(number).next() >= Seq(number));
        }
        assert_eq!(Seq(1).next(), Seq(2));
        assert_eq!(Seq(2).previous(), Seq(1));
    }
}
