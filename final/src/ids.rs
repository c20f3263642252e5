//! Ids and sequence numbers. Each is a type of its own, so that a swapped argument does not compile.
//! On the wire and in the database, they are plain numbers.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, Unexpected, Visitor},
};

use crate::schema::{describe, whole_number};

/// Distinguishes this chat from others at the same address.
#[derive(Debug, Clone)]
pub struct ChatId(pub Arc<str>);

/// Up to this number, a floating-point number has each whole number exactly: 2 to the power of 53.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Declares a number with a meaning. `$min` is the smallest one that can exist; smaller ones are
/// refused when they are read.
macro_rules! number_type {
    ($(#[$doc:meta])* $name:ident, $min:literal..) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type,
        )]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match deserializer.deserialize_i64(WholeNumber)? {
                    number @ $min.. => Ok(Self(number)),
                    number => Err(Error::custom(format!("{number} is out of range"))),
                }
            }
        }

        describe!($name = whole_number($min..=i64::MAX).examples([$min + 1]));

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

/// Reads a whole number. JSON does not distinguish `2` from `2.0`, and a program that computes a
/// number may send either.
struct WholeNumber;

impl Visitor<'_> for WholeNumber {
    type Value = i64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<i64, E> {
        if number.fract() == 0.0 && number.abs() <= MAX_EXACT {
            Ok(number as i64)
        } else {
            Err(E::invalid_type(Unexpected::Float(number), &self))
        }
    }
}

number_type! {
    /// The id of an account.
    UserId, 1..
}
number_type! {
    /// The id of a channel.
    ChannelId, 1..
}
number_type! {
    /// The id of a message.
    MessageId, 1..
}
number_type! {
    /// The number of a change in its channel. Each channel counts from 1 without a gap. The number
    /// of the change that created a message is also its position in the channel.
    Seq, 0..
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
    fn a_number_that_cannot_exist_is_refused() {
        for number in [i64::MIN, -1, 0] {
            let json = number.to_string();
            assert!(serde_json::from_str::<MessageId>(&json).is_err(), "{json}");
            let seq = serde_json::from_str::<Seq>(&json);
            assert_eq!(seq.is_ok(), number == 0, "{json}");
        }
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_fraction() {
        for (json, expected) in [
            ("2.0", Some(2)),
            ("1e3", Some(1_000)),
            ("9007199254740992.0", Some(1 << 53)),
            ("0.5", None),
            ("1e300", None),
            ("18446744073709551616", None),
            ("\"2\"", None),
            ("null", None),
        ] {
            let read = serde_json::from_str::<ChannelId>(json).ok();
            assert_eq!(read, expected.map(ChannelId), "{json}");
        }
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
