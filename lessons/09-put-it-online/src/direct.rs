//! Private messages: a room is an address, and each person has one.

use socketioxide::socket::Sid;

use crate::channels;
use crate::chat::Chat;
use crate::error::ChatError;
use crate::events::Destination;
use crate::names::Name;

/// The room of one person. No other room begins with `@`.
pub fn room(person: &Name) -> String {
    format!("@{person}")
}

/// The rooms of everyone who may receive what `author` sends to `destination`.
pub fn rooms(author: &Name, destination: &Destination) -> Vec<String> {
    match destination {
        Destination::Channel(channel) => vec![channels::room(channel)],
        Destination::To(person) => vec![room(author), room(person)],
    }
}

impl Chat {
    /// Where something goes: to the person that it is for, or else to the sender's channel.
    pub fn destination(&self, sender: Sid, to: Option<&str>) -> Result<Destination, ChatError> {
        let sender = self.people.get(sender)?;
        match to {
            None => Ok(Destination::Channel(sender.channel.clone())),
            Some(to) => {
                let person = self.people.find(to)?;
                if person.name == sender.name {
                    return Err(ChatError::DirectWithOneself);
                }
                Ok(Destination::To(person.name.clone()))
            }
        }
    }
}
