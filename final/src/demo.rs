//! `make-chat demo`: fills an empty chat with sample people and conversations, to look around, take
//! screenshots and try things out.

use std::{collections::BTreeMap, net::Ipv4Addr};

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    error::AppError,
    ids::{ChannelId, UserId},
    limits::Client,
    messages::events::SendMessage,
    state::AppState,
};

/// The password of all sample people.
pub const PASSWORD: &str = "make chat demo";

/// Why the demo could not be created.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There are accounts already: the demo must never mix with real conversations.
    #[error("there are accounts already: choose another folder with --data, or another database")]
    NotEmpty,
    /// The conversations that are part of the program cannot be read.
    #[error("the conversations of the demo cannot be read: {0}")]
    Script(#[from] serde_json::Error),
    /// The chat refused a message or an account of the demo.
    #[error(transparent)]
    Refused(#[from] AppError),
}

#[derive(Deserialize)]
struct Script {
    people: Vec<Account>,
    channels: Vec<Channel>,
    conversations: Vec<Conversation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    name: String,
    display_name: String,
    about: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Channel {
    name: String,
    /// The people who have marked it as a favourite.
    #[serde(default)]
    favourite_of: Vec<String>,
    messages: Vec<Line>,
}

#[derive(Deserialize)]
struct Conversation {
    between: [String; 2],
    messages: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    by: String,
    #[serde(flatten)]
    when: When,
    body: String,
    #[serde(default)]
    reactions: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum When {
    Earlier { days_ago: u64, at: NaiveTime },
    Today { minutes_ago: i64 },
}

/// The ids of the people, by name.
type PeopleIds = BTreeMap<String, UserId>;

/// Signs up all sample people and sends their messages. Returns their names.
pub async fn fill(state: &AppState) -> Result<Vec<String>, DemoError> {
    if state.accounts.exist().await? {
        return Err(DemoError::NotEmpty);
    }
    let script: Script = serde_json::from_str(include_str!("demo/conversations.json"))?;
    let people = sign_up(state, &script.people).await?;
    for channel in &script.channels {
        let id = create_channel(state, &people, channel).await?;
        send_messages(state, &people, id, &channel.messages).await?;
        for name in &channel.favourite_of {
            state.channels.star(people[name], id, true).await?;
        }
    }
    for conversation in &script.conversations {
        let [one, other] = conversation.between.each_ref().map(|name| people[name]);
        let channel = state.channels.open_direct(one, other).await?;
        send_messages(state, &people, channel.id, &conversation.messages).await?;
    }
    Ok(script
        .people
        .into_iter()
        .map(|person| person.name)
        .collect())
}

async fn sign_up(state: &AppState, accounts: &[Account]) -> Result<PeopleIds, AppError> {
    let client = Client::from(std::net::IpAddr::from(Ipv4Addr::UNSPECIFIED));
    let mut people = PeopleIds::new();
    for account in accounts {
        let user = state
            .channels
            .sign_up(client, &account.name, PASSWORD, None)
            .await?;
        state
            .accounts
            .change_profile(&user, &account.display_name, &account.about)
            .await?;
        people.insert(account.name.clone(), user.id);
    }
    Ok(people)
}

/// Creates a channel, unless it exists, and subscribes everyone.
async fn create_channel(
    state: &AppState,
    people: &PeopleIds,
    channel: &Channel,
) -> Result<ChannelId, AppError> {
    let mut people = people.values();
    let Some(first) = people.next() else {
        return Err(AppError::NotFound);
    };
    let found = state.channels.search(*first, &channel.name).await?;
    let id = match found.first() {
        Some(existing) => existing.id,
        None => state.channels.create(*first, &channel.name).await?.id,
    };
    for person in people {
        state.channels.join(*person, id).await?;
    }
    Ok(id)
}

async fn send_messages(
    state: &AppState,
    people: &PeopleIds,
    channel: ChannelId,
    lines: &[Line],
) -> Result<(), AppError> {
    for (index, line) in lines.iter().enumerate() {
        let send = SendMessage {
            channel,
            client_id: format!("demo-{channel}-{index}"),
            body: line.body.clone(),
            reply_to: None,
            files: Vec::new(),
        };
        let saved = state
            .messages
            .send_at(people[&line.by], send, line.when.time())
            .await?;
        for (emoji, names) in &line.reactions {
            for name in names {
                state
                    .messages
                    .react(people[name], saved.message.id, emoji, true)
                    .await?;
            }
        }
    }
    Ok(())
}

impl When {
    fn time(&self) -> DateTime<Utc> {
        let now = Utc::now();
        match self {
            Self::Earlier { days_ago, at } => (now.date_naive() - Days::new(*days_ago))
                .and_time(*at)
                .and_utc(),
            Self::Today { minutes_ago } => now - TimeDelta::minutes(*minutes_ago),
        }
    }
}
