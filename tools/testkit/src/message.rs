//! Understands what the server sends.

use serde_json::Value;

use crate::packet::Packet;

/// The refusal of [`BARRIER`](crate::packet::BARRIER) begins like this.
const BARRIER_ANSWER: &str = "44/__barrier,";

/// A message from the server.
#[derive(Debug, PartialEq)]
pub(crate) enum Message {
    Connected {
        id: String,
    },
    Refused {
        reason: String,
    },
    BarrierAnswer,
    Event {
        name: String,
        args: Vec<Value>,
        /// The number for the answer, if the server wants one.
        ask: Option<u64>,
    },
    Ack {
        id: u64,
        args: Vec<Value>,
    },
    Disconnect,
    Other(String),
}

/// Puts events and their binary attachments, which follow as packets of
/// their own, together again.
#[derive(Default)]
pub(crate) struct Decoder {
    unfinished: Option<(String, usize)>,
    attachments: Vec<Vec<u8>>,
}

impl Decoder {
    /// The message that this packet completes, if it completes one.
    pub fn read(&mut self, packet: Packet) -> Option<Message> {
        match packet {
            Packet::Text(text) => match split_attachments(&text) {
                Some((text, count)) => {
                    self.unfinished = Some((text, count));
                    self.attachments.clear();
                }
                None => return Some(decode(&text)),
            },
            Packet::Binary(bytes) => self.attachments.push(bytes),
        }
        self.finish()
    }

    fn finish(&mut self) -> Option<Message> {
        let (text, count) = self.unfinished.as_ref()?;
        if self.attachments.len() < *count {
            return None;
        }
        let mut message = decode(text);
        if let Message::Event { args, .. } | Message::Ack { args, .. } = &mut message {
            for arg in args {
                fill_placeholders(arg, &self.attachments);
            }
        }
        self.unfinished = None;
        Some(message)
    }
}

/// A binary event `451-["file",…]` is the event `42["file",…]` with 1
/// attachment to come, and `46…` is in the same way an ack `43…`.
fn split_attachments(text: &str) -> Option<(String, usize)> {
    let (kind, rest) = match text.get(..2)? {
        "45" => ("42", &text[2..]),
        "46" => ("43", &text[2..]),
        _ => return None,
    };
    let (count, rest) = rest.split_once('-')?;
    Some((format!("{kind}{rest}"), count.parse().ok()?))
}

/// The number of a server's ask, if the packet is one: `427["move",1]`.
pub(crate) fn ask_number(text: &str) -> Option<u64> {
    let (number, list) = split_number(text.strip_prefix("42")?);
    list.starts_with('[').then(|| number.parse().ok())?
}

fn decode(text: &str) -> Message {
    read(text).unwrap_or_else(|| Message::Other(text.to_owned()))
}

fn read(text: &str) -> Option<Message> {
    if text.starts_with(BARRIER_ANSWER) {
        return Some(Message::BarrierAnswer);
    }
    let (kind, rest) = text.split_at_checked(2)?;
    match kind {
        "40" => Some(Message::Connected { id: read_id(rest)? }),
        "41" if rest.is_empty() => Some(Message::Disconnect),
        "42" => read_event(rest),
        "43" => read_ack(rest),
        "44" if !rest.starts_with('/') => Some(Message::Refused {
            reason: rest.to_owned(),
        }),
        _ => None,
    }
}

fn read_id(json: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(json).ok()?;
    Some(answer.get("sid")?.as_str()?.to_owned())
}

fn read_event(text: &str) -> Option<Message> {
    let (number, list) = split_number(text);
    let ask = number.parse().ok();
    let mut args: Vec<Value> = serde_json::from_str(list).ok()?;
    if args.is_empty() {
        return None;
    }
    let name = args.remove(0).as_str()?.to_owned();
    Some(Message::Event { name, args, ask })
}

fn read_ack(text: &str) -> Option<Message> {
    let (number, list) = split_number(text);
    let id = number.parse().ok()?;
    let args = serde_json::from_str(list).ok()?;
    Some(Message::Ack { id, args })
}

fn split_number(text: &str) -> (&str, &str) {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

/// Replaces `{"_placeholder":true,"num":0}` by the bytes of attachment 0.
fn fill_placeholders(value: &mut Value, attachments: &[Vec<u8>]) {
    if value["_placeholder"] == true {
        let number = value["num"].as_u64().unwrap_or_default() as usize;
        let bytes = attachments.get(number).cloned();
        *value = bytes.unwrap_or_default().into();
        return;
    }
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| fill_placeholders(item, attachments)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| fill_placeholders(field, attachments)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &str, args: Vec<Value>) -> Message {
        Message::Event {
            name: name.to_owned(),
            args,
            ask: None,
        }
    }

    #[test]
    fn an_event_is_a_name_and_its_payloads() {
        assert_eq!(decode(r#"42["pause"]"#), event("pause", vec![]));
        assert_eq!(
            decode(r#"42["move",1,{"to":2}]"#),
            event("move", vec![json!(1), json!({ "to": 2 })])
        );
    }

    #[test]
    fn an_ask_of_the_server_has_a_number() {
        let ask = Message::Event {
            name: "move".to_owned(),
            args: vec![json!(1)],
            ask: Some(7),
        };
        assert_eq!(decode(r#"427["move",1]"#), ask);
        assert_eq!(ask_number(r#"427["move",1]"#), Some(7));
        assert_eq!(ask_number(r#"42["move",1]"#), None);
        assert_eq!(ask_number(r#"437[1]"#), None);
    }

    #[test]
    fn an_ack_carries_the_number_of_its_ask() {
        let ack = Message::Ack {
            id: 12,
            args: vec![json!({ "ok": null })],
        };
        assert_eq!(decode(r#"4312[{"ok":null}]"#), ack);
    }

    #[test]
    fn connecting_is_answered_with_an_id_or_a_refusal() {
        assert_eq!(
            decode(r#"40{"sid":"abc"}"#),
            Message::Connected {
                id: "abc".to_owned()
            }
        );
        assert_eq!(
            decode(r#"44{"message":"no"}"#),
            Message::Refused {
                reason: r#"{"message":"no"}"#.to_owned()
            }
        );
        assert_eq!(
            decode(r#"44/__barrier,{"message":"Invalid namespace"}"#),
            Message::BarrierAnswer
        );
    }

    #[test]
    fn anything_else_is_kept_as_it_came() {
        for text in [
            "",
            "4",
            "4é",
            "42",
            "42[]",
            "42[1]",
            "43[]",
            r#"42/admin,["x"]"#,
        ] {
            assert_eq!(decode(text), Message::Other(text.to_owned()));
        }
    }

    #[test]
    fn attachments_are_put_back_where_they_belong() {
        let mut decoder = Decoder::default();
        let text =
            r#"452-["file",{"a":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}]"#;
        assert_eq!(decoder.read(Packet::Text(text.to_owned())), None);
        assert_eq!(decoder.read(Packet::Binary(vec![1, 2])), None);
        assert_eq!(
            decoder.read(Packet::Binary(vec![3])),
            Some(event("file", vec![json!({ "a": [3] }), json!([1, 2])]))
        );
    }
}
