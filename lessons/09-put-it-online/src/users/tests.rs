use axum::Router;
use socketioxide::handler::ConnectHandler;
use testkit::Recorder;

use super::*;
use crate::{register_events, sockets::on_connect};

#[test]
fn a_full_chat_refuses_the_next_person() {
    let mut people = People::default();
    for number in 0..MAX_PEOPLE {
        let name = number.to_string();
        people.join(Sid::new(), &name, Name::general()).unwrap();
    }
    let error = people.join(Sid::new(), "Ada", Name::general()).unwrap_err();
    assert_eq!(error.code(), "chat-full");
}

#[tokio::test]
async fn a_disconnected_person_makes_room() {
    let chat = SharedChat::default();
    let (layer, io) = wire::builder().with_state(chat.clone()).build_layer();
    io.ns("/", on_connect.with(register_events));
    let mut room = Recorder::start(Router::new().layer(layer)).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada closes the page").disconnect("Ada").await;
    room.wait_for("Bob", "visitors:changed").await;
    assert_eq!(chat.lock().await.people.0.len(), 1);
}
