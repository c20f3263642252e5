//! Sends messages and locations.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Utc};

use super::{
    Messages,
    change::{Action, Change, Draft},
    events::{MessageSaved, SendLocation, SendMessage},
    model::{Location, Message},
    store,
    text::{check_body, check_caption},
};
use crate::{
    error::{AppError, Refusal, UploadRefusal},
    ids::{ChannelId, MessageId, UserId},
    media::{FileId, is_file_id},
    schema::{list, schema, text},
};

/// How many files one message may have.
const MAX_FILES: usize = 10;
/// The longest id that a browser may give a message, in bytes.
const MAX_CLIENT_ID_BYTES: usize = 64;

schema! {
    /// An id that a client gives its message: ASCII characters that are visible.
    ClientId = text(1..=MAX_CLIENT_ID_BYTES)
        .pattern(Some("^[!-~]*$"))
        .examples(["0e6ef2c6-3a4f-4a1c-9d5c-7f1b2a3c4d5e"])
}

schema! {
    /// The ids of the files of a message.
    FileIds = list::<FileId>(MAX_FILES).unique_items(true)
}

/// A message that someone wants to send. The message that it replies to is not checked yet.
struct Wanted {
    channel: ChannelId,
    reply_to: Option<MessageId>,
    draft: Draft,
}

impl Wanted {
    fn check(send: SendMessage) -> Result<Self, AppError> {
        Ok(Self {
            channel: send.channel,
            reply_to: send.reply_to,
            draft: Draft {
                client_id: check_client_id(send.client_id)?,
                body: match send.files[..] {
                    [] => check_body(&send.body)?,
                    _ => check_caption(&send.body)?,
                },
                location: None,
                files: check_files(send.files)?,
                reply_to: None,
            },
        })
    }
}

impl Messages {
    /// Sends a message. A retry returns the message that was saved the first time.
    pub async fn send(&self, user: UserId, send: SendMessage) -> Result<MessageSaved, AppError> {
        self.send_at(user, send, Utc::now()).await
    }

    /// Like [`Self::send`], with another time than now.
    pub async fn send_at(
        &self,
        user: UserId,
        send: SendMessage,
        at: DateTime<Utc>,
    ) -> Result<MessageSaved, AppError> {
        let wanted = Wanted::check(send)?;
        let client_id = wanted.draft.client_id.clone();
        let sent = async {
            let change = self.create(user, wanted, at).await?;
            let message = self.writer.write(change).await?;
            Ok(MessageSaved { message })
        };
        self.or_saved_before(user, &client_id, sent.await).await
    }

    /// Like [`Self::send`]. `done` receives the outcome right after the message was emitted. So the
    /// acknowledgement of the author leaves together with the event.
    pub async fn send_then(
        self: Arc<Self>,
        user: UserId,
        send: SendMessage,
        done: impl FnOnce(Result<MessageSaved, AppError>) + Send + 'static,
    ) {
        let wanted = match Wanted::check(send) {
            Ok(wanted) => wanted,
            Err(error) => return done(Err(error)),
        };
        let client_id = wanted.draft.client_id.clone();
        match self.create(user, wanted, Utc::now()).await {
            Ok(change) => {
                let writer = self.writer.clone();
                let finish = move |outcome| self.finish(user, client_id, outcome, done);
                writer.write_then(change, finish).await;
            }
            Err(error) => done(self.or_saved_before(user, &client_id, Err(error)).await),
        }
    }

    /// Hands over the outcome of a new message. The writer, which calls this, must not wait, so a
    /// refusal is looked into in a task of its own.
    fn finish(
        self: Arc<Self>,
        user: UserId,
        client_id: String,
        outcome: Result<Message, AppError>,
        done: impl FnOnce(Result<MessageSaved, AppError>) + Send + 'static,
    ) {
        let sent = outcome.map(|message| MessageSaved { message });
        if matches!(sent, Err(AppError::Refused(_))) {
            tokio::spawn(async move { done(self.or_saved_before(user, &client_id, sent).await) });
        } else {
            done(sent);
        }
    }

    /// Sends a location.
    pub async fn send_location(
        &self,
        user: UserId,
        send: SendLocation,
    ) -> Result<MessageSaved, AppError> {
        let client_id = check_client_id(send.client_id)?;
        let draft = Draft {
            client_id: client_id.clone(),
            body: String::new(),
            location: Some(Location::check(send.latitude, send.longitude)?),
            files: Vec::new(),
            reply_to: None,
        };
        let sent = self.write(user, send.channel, Action::Create(draft)).await;
        self.or_saved_before(user, &client_id, sent).await
    }

    /// A saved message counts as sent, even if the acknowledgement was lost and the retry would be
    /// refused: the author may have left the channel since, or the quoted message may be deleted.
    async fn or_saved_before(
        &self,
        user: UserId,
        client_id: &str,
        sent: Result<MessageSaved, AppError>,
    ) -> Result<MessageSaved, AppError> {
        let Err(AppError::Refused(_)) = sent else {
            return sent;
        };
        match store::by_client_id(&self.db, user, client_id).await? {
            Some(message) => Ok(MessageSaved { message }),
            None => sent,
        }
    }

    /// The change that creates a message.
    async fn create(
        &self,
        user: UserId,
        wanted: Wanted,
        at: DateTime<Utc>,
    ) -> Result<Change, AppError> {
        let Wanted {
            channel,
            reply_to,
            draft,
        } = wanted;
        let reply_to = self.check_reply(user, channel, reply_to).await?;
        Ok(Change {
            channel,
            by: user,
            at,
            action: Action::Create(Draft { reply_to, ..draft }),
        })
    }

    /// Checks that the message replied to is in the same channel and is not deleted.
    async fn check_reply(
        &self,
        user: UserId,
        channel: ChannelId,
        reply_to: Option<MessageId>,
    ) -> Result<Option<MessageId>, AppError> {
        let Some(message) = reply_to else {
            return Ok(None);
        };
        let head = self.find(user, message).await?;
        if head.channel_id != channel || head.deleted_at.is_some() {
            return Err(Refusal::MessageUnknown.into());
        }
        Ok(Some(message))
    }
}

fn check_files(files: Vec<String>) -> Result<Vec<String>, Refusal> {
    let different = HashSet::<&String>::from_iter(&files).len();
    match files.len() {
        length if length > MAX_FILES => Err(Refusal::TooManyFiles),
        length if length > different => Err(Refusal::FileTwice),
        // Checked before a retry is looked up: what breaks a rule is refused in each attempt.
        _ if !files.iter().all(|id| is_file_id(id)) => Err(UploadRefusal::Gone.into()),
        _ => Ok(files),
    }
}

fn check_client_id(id: String) -> Result<String, AppError> {
    let is_valid = !id.is_empty()
        && id.len() <= MAX_CLIENT_ID_BYTES
        && id.bytes().all(|byte| byte.is_ascii_graphic());
    if is_valid {
        Ok(id)
    } else {
        Err(AppError::BadPayload)
    }
}
