//! What may happen to three people who talk in two channels.

use std::fmt;

use proptest::prelude::*;

pub const NAMES: [&str; 3] = ["Ada", "Bob", "Eve"];
/// General, and one that Ada makes.
pub const CHANNELS: [i64; 2] = [1, 2];
pub const EMOJIS: [&str; 2] = ["👍", "🎉"];
/// Something that happens; the numbers choose among what there is.
#[derive(Clone)]
pub struct Happening {
    pub who: usize,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Sends {
        channel: usize,
    },
    Answers {
        channel: usize,
        message: usize,
    },
    Edits {
        channel: usize,
        message: usize,
    },
    Deletes {
        channel: usize,
        message: usize,
    },
    Reacts {
        channel: usize,
        message: usize,
        emoji: usize,
    },
    TakesBackAReaction {
        channel: usize,
        reaction: usize,
    },
    SendsAgain {
        letter: usize,
    },
    Subscribes {
        channel: usize,
    },
    Unsubscribes {
        channel: usize,
    },
    LosesTheConnection,
    ComesBack,
    HearsWhatThereIs,
    SeesTheServerKilled,
    SeesTheServerStopped,
}

impl fmt::Debug for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", NAMES[self.who], self.what)
    }
}

pub fn happening() -> impl Strategy<Value = Happening> {
    let channel = 0..CHANNELS.len();
    let message = 0..4_usize;
    let place = (channel.clone(), message.clone());
    let what = prop_oneof![
        10 => channel.clone().prop_map(|channel| What::Sends { channel }),
        2 => place.clone().prop_map(|(channel, message)| What::Answers { channel, message }),
        5 => place.clone().prop_map(|(channel, message)| What::Edits { channel, message }),
        1 => place.clone().prop_map(|(channel, message)| What::Deletes { channel, message }),
        5 => (place.clone(), 0..EMOJIS.len()).prop_map(|((channel, message), emoji)| What::Reacts { channel, message, emoji }),
        4 => place.prop_map(|(channel, reaction)| What::TakesBackAReaction { channel, reaction }),
        2 => message.prop_map(|letter| What::SendsAgain { letter }),
        2 => channel.clone().prop_map(|channel| What::Subscribes { channel }),
        1 => channel.prop_map(|channel| What::Unsubscribes { channel }),
        2 => Just(What::LosesTheConnection),
        8 => Just(What::ComesBack),
        6 => Just(What::HearsWhatThereIs),
        1 => Just(What::SeesTheServerKilled),
        1 => Just(What::SeesTheServerStopped),
    ];
    (0..NAMES.len(), what).prop_map(|(who, what)| Happening { who, what })
}
