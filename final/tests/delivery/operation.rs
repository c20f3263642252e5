//! The operations of three people who talk in two channels.

use std::fmt;

use proptest::prelude::*;

pub const NAMES: [&str; 3] = ["Ada", "Bob", "Eve"];
/// General, and a channel that Ada creates.
pub const CHANNELS: [i64; 2] = [1, 2];
/// How many servers there may be.
pub const MAX_SERVERS: usize = 3;
pub const EMOJIS: [&str; 2] = ["👍", "🎉"];

/// An operation, the index of the person who does it, and that of a server if it is about one.
#[derive(Clone)]
pub struct Step {
    pub person: usize,
    pub server: usize,
    pub operation: Operation,
}

/// An action of a person, or an event that happens to them. The numbers choose among the messages that exist.
#[derive(Debug, Clone)]
pub enum Operation {
    Send {
        channel: usize,
    },
    Reply {
        channel: usize,
        message: usize,
    },
    Edit {
        channel: usize,
        message: usize,
    },
    Delete {
        channel: usize,
        message: usize,
    },
    React {
        channel: usize,
        message: usize,
        emoji: usize,
    },
    RemoveReaction {
        channel: usize,
        reaction: usize,
    },
    SendAgain {
        message: usize,
    },
    Subscribe {
        channel: usize,
    },
    Unsubscribe {
        channel: usize,
    },
    Disconnect,
    /// Loads the page again, without a connection at first.
    Reload,
    Reconnect,
    /// Connects to another server in mid-conversation.
    Move,
    CatchUp,
    KillServer,
    StopServer,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            server, operation, ..
        } = self;
        write!(f, "{}, {server}: {operation:?}", NAMES[self.person])
    }
}

pub fn step() -> impl Strategy<Value = Step> {
    let channel = 0..CHANNELS.len();
    let message = 0..4_usize;
    let position = (channel.clone(), message.clone());
    let operation = prop_oneof![
        10 => channel.clone().prop_map(|channel| Operation::Send { channel }),
        2 => position.clone().prop_map(|(channel, message)| Operation::Reply { channel, message }),
        5 => position.clone().prop_map(|(channel, message)| Operation::Edit { channel, message }),
        1 => position.clone().prop_map(|(channel, message)| Operation::Delete { channel, message }),
        5 => (position.clone(), 0..EMOJIS.len()).prop_map(|((channel, message), emoji)| Operation::React { channel, message, emoji }),
        4 => position.prop_map(|(channel, reaction)| Operation::RemoveReaction { channel, reaction }),
        2 => message.prop_map(|message| Operation::SendAgain { message }),
        2 => channel.clone().prop_map(|channel| Operation::Subscribe { channel }),
        1 => channel.prop_map(|channel| Operation::Unsubscribe { channel }),
        2 => Just(Operation::Disconnect),
        1 => Just(Operation::Reload),
        8 => Just(Operation::Reconnect),
        2 => Just(Operation::Move),
        6 => Just(Operation::CatchUp),
        1 => Just(Operation::KillServer),
        1 => Just(Operation::StopServer),
    ];
    let step = (0..NAMES.len(), 0..MAX_SERVERS, operation);
    step.prop_map(|(person, server, operation)| Step {
        person,
        server,
        operation,
    })
}
