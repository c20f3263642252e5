//! `make-chat demo`.

use crate::support::{Chat, each_database};
use macro_rules_attribute::apply;
use make_chat::demo;

#[apply(each_database!)]
async fn the_demo_fills_an_empty_chat_and_its_people_can_log_in(chat: Chat) {
    let names = demo::fill(&chat.state).await.unwrap();
    assert!(names.len() > 5);
    for name in &names {
        let page = chat.browser().log_in(name, demo::PASSWORD).await;
        assert_eq!(page.location(), Some("/home"), "{name}");
    }
    assert!(chat.count("SELECT count(*) FROM messages").await > 40);
    assert!(chat.count("SELECT count(*) FROM reactions").await > 10);
    let from_the_future = "SELECT count(*) FROM messages m JOIN messages n
            ON n.channel_id = m.channel_id AND n.number < m.number WHERE n.sent_at > m.sent_at";
    assert_eq!(chat.count(from_the_future).await, 0);
}

#[apply(each_database!)]
async fn the_demo_never_mixes_with_real_people(chat: Chat) {
    chat.signed_up("Ada").await;
    let refused = demo::fill(&chat.state).await.err().unwrap();
    assert!(refused.to_string().contains("choose another folder"));
    assert_eq!(chat.count("SELECT count(*) FROM users").await, 1);
}
