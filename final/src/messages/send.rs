//! Sends messages and locations.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{
    Messages,
    change::{Action, Draft},
    events::{MessageSaved, SendLocation, SendMessage},
    model::Location,
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
        let client_id = check_client_id(send.client_id)?;
        let body = if send.files.is_empty() {
            check_body(&send.body)?
        } else {
            check_caption(&send.body)?
        };
        let files = check_files(send.files)?;
        let sent = async {
            let draft = Draft {
                client_id: client_id.clone(),
                body,
                location: None,
                files,
                reply_to: self.check_reply(user, send.channel, send.reply_to).await?,
            };
            self.write_at(user, send.channel, Action::Create(draft), at)
                .await
        };
        self.or_saved_before(user, &client_id, sent.await).await
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
