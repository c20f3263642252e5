//! Locations: where people are, if they want to share it.

use chrono::Utc;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State};
use socketioxide::socket::Sid;

use crate::chat::{Chat, SharedChat};
use crate::direct;
use crate::error::ChatError;
use crate::events::{Destination, LocationCreated, MessageSent, Post, SendLocation};
use crate::wire::{self, Payload};

/// The handler of `location:send`.
pub async fn send_location(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<SendLocation>,
    ack: AckSender,
) {
    wire::acknowledge(ack, send(socket, io, chat, payload).await);
}

async fn send(
    socket: SocketRef,
    io: SocketIo,
    chat: SharedChat,
    payload: Result<SendLocation, ChatError>,
) -> Result<MessageSent, ChatError> {
    let location = payload?;
    let mut chat = chat.lock().await;
    let location = chat.add_location(socket.id, &location)?;
    let rooms = direct::rooms(&location.author, &location.destination);
    wire::emit_to(io.to(rooms), &location).await;
    Ok(MessageSent { id: location.id })
}

impl Chat {
    fn add_location(
        &mut self,
        sender: Sid,
        location: &SendLocation,
    ) -> Result<LocationCreated, ChatError> {
        let author = self.people.get(sender)?.name.clone();
        let destination = self.destination(sender, location.to.as_deref())?;
        check_range(location)?;
        self.messages += 1;
        let location = LocationCreated {
            id: self.messages,
            author,
            destination,
            latitude: location.latitude,
            longitude: location.longitude,
            map_url: map_url(location),
            sent_at: Utc::now(),
        };
        if let Destination::Channel(channel) = &location.destination {
            let post = Post::Location(location.clone());
            self.channels.save(channel, post);
        }
        Ok(location)
    }
}

/// The ranges of WGS 84. A number that isn't finite is in neither.
fn check_range(location: &SendLocation) -> Result<(), ChatError> {
    let latitude = (-90.0..=90.0).contains(&location.latitude);
    let longitude = (-180.0..=180.0).contains(&location.longitude);
    if latitude && longitude {
        Ok(())
    } else {
        Err(ChatError::LocationOutOfRange)
    }
}

/// A map with a marker. Five decimals are about a metre.
fn map_url(location: &SendLocation) -> String {
    let (latitude, longitude) = (location.latitude, location.longitude);
    format!(
        "https://www.openstreetmap.org/?mlat={latitude:.5}&mlon={longitude:.5}#map=16/{latitude:.5}/{longitude:.5}"
    )
}
