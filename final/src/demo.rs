//! `make-chat demo`: fills an empty data folder with people who talk, to look
//! around in, to take screenshots of, to try things out with.

use std::{collections::BTreeMap, net::Ipv4Addr};

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    accounts, channels,
    error::AppError,
    limits::Client,
    messages::{self, events::SendMessage},
    state::AppState,
};

/// Everybody's password.
pub const PASSWORD: &str = "make chat demo";

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// It must never mix with what real people wrote.
    #[error("there are accounts already: choose another folder with --data, or another database")]
    NotEmpty,
    /// The text that comes with the program cannot be read.
    #[error("the demo's text cannot be read: {0}")]
    Script(#[from] serde_json::Error),
    /// What the chat itself refuses.
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
struct Channel {
    name: String,
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

/// The numbers of the people, by name.
type Cast = BTreeMap<String, i64>;

/// Signs everybody up, and lets them talk. Returns their names.
pub async fn fill(state: &AppState) -> Result<Vec<String>, DemoError> {
    if accounts::exist(state).await? {
        return Err(DemoError::NotEmpty);
    }
    let script: Script = serde_json::from_str(include_str!("demo/conversations.json"))?;
    let cast = sign_up(state, &script.people).await?;
    for channel in &script.channels {
        let id = make_channel(state, &cast, channel).await?;
        talk(state, &cast, id, &channel.messages).await?;
    }
    for conversation in &script.conversations {
        let [one, other] = conversation.between.each_ref().map(|name| cast[name]);
        let channel = channels::open_direct(state, one, other).await?;
        talk(state, &cast, channel.id, &conversation.messages).await?;
    }
    Ok(script
        .people
        .into_iter()
        .map(|person| person.name)
        .collect())
}

async fn sign_up(state: &AppState, people: &[Account]) -> Result<Cast, AppError> {
    let nowhere = Client::from(std::net::IpAddr::from(Ipv4Addr::UNSPECIFIED));
    let mut cast = Cast::new();
    for person in people {
        let user = accounts::sign_up(state, nowhere, &person.name, PASSWORD).await?;
        accounts::change_profile(state, &user, &person.display_name, &person.about).await?;
        cast.insert(person.name.clone(), user.id);
    }
    Ok(cast)
}

/// The channel of this name, with everybody in it.
async fn make_channel(state: &AppState, cast: &Cast, channel: &Channel) -> Result<i64, AppError> {
    let mut everybody = cast.values();
    let Some(first) = everybody.next() else {
        return Err(AppError::NotFound);
    };
    let found = channels::search(state, *first, &channel.name).await?;
    let id = match found.first() {
        Some(existing) => existing.id,
        None => channels::create(state, *first, &channel.name).await?.id,
    };
    for person in everybody {
        channels::join(state, *person, id).await?;
    }
    Ok(id)
}

async fn talk(state: &AppState, cast: &Cast, channel: i64, lines: &[Line]) -> Result<(), AppError> {
    for (index, line) in lines.iter().enumerate() {
        let send = SendMessage {
            channel,
            client_id: format!("demo-{channel}-{index}"),
            body: line.body.clone(),
            reply_to: None,
            files: Vec::new(),
        };
        let saved = messages::send_at(state, cast[&line.by], send, line.when.time()).await?;
        for (emoji, people) in &line.reactions {
            for name in people {
                messages::react(state, cast[name], saved.message.id, emoji, true).await?;
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
