//! Locations: where people are, if they want to say it.

use chrono::Utc;
use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::Sid,
};

use crate::{
    channels::room,
    chat::{Chat, SharedChat},
    error::ChatError,
    events::{LocationCreated, MessageSent, Post, SendLocation},
    wire::{Object, acknowledge, publish},
};

/// `location:send`: gives the location its author, number and time, and sends
/// it to everyone in the author's channel.
pub async fn send(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    TryData(send): TryData<Object<SendLocation>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let location = send
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(send)| chat.add_location(socket.id, &send));
    if let Ok(location) = &location {
        publish(io.to(room(&location.channel)), location).await;
    }
    acknowledge(
        ack,
        location.map(|location| MessageSent { id: location.id }),
    );
}

impl Chat {
    fn add_location(&mut self, id: Sid, send: &SendLocation) -> Result<LocationCreated, ChatError> {
        let author = self.people.get(id)?.clone();
        check_range(send)?;
        self.messages += 1;
        let location = LocationCreated {
            id: self.messages,
            author: author.name,
            channel: author.channel,
            latitude: send.latitude,
            longitude: send.longitude,
            map_url: map_url(send),
            sent_at: Utc::now(),
        };
        let post = Post::Location(location.clone());
        self.channels.keep(&location.channel, post);
        Ok(location)
    }
}

/// The ranges of WGS 84; a number that is not finite is in none.
fn check_range(place: &SendLocation) -> Result<(), ChatError> {
    let is_on_earth =
        (-90.0..=90.0).contains(&place.latitude) && (-180.0..=180.0).contains(&place.longitude);
    if is_on_earth {
        Ok(())
    } else {
        Err(ChatError::LocationOutOfRange)
    }
}

/// A map with a marker. Five decimals are about a metre.
fn map_url(place: &SendLocation) -> String {
    let (latitude, longitude) = (place.latitude, place.longitude);
    format!(
        "https://www.openstreetmap.org/?mlat={latitude:.5}&mlon={longitude:.5}#map=16/{latitude:.5}/{longitude:.5}"
    )
}
