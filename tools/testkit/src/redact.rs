//! Replaces what differs from run to run, so that tapes can be compared.

use std::collections::BTreeMap;

use serde_json::Value;

/// The digits of an RFC 3339 time in UTC with milliseconds.
const TIME: &str = "dddd-dd-ddTdd:dd:dd.dddZ";

/// The socket ids of all connections so far, in the order they were made.
#[derive(Default)]
pub(crate) struct SocketIds(Vec<String>);

impl SocketIds {
    pub fn add(&mut self, id: String) {
        self.0.push(id);
    }

    /// A copy of `value` in which times, socket ids and transports have
    /// become words in brackets. Object keys are sorted.
    pub fn redact(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.redact_text(text)),
            Value::Array(items) => items.iter().map(|item| self.redact(item)).collect(),
            Value::Object(fields) => {
                // Sorted here, because a crate anywhere in the build can
                // switch on the serde_json feature that keeps the given order.
                let fields: BTreeMap<_, _> = fields
                    .iter()
                    .map(|(key, value)| (key.clone(), self.redact_field(key, value)))
                    .collect();
                Value::Object(fields.into_iter().collect())
            }
            other => other.clone(),
        }
    }

    fn redact_field(&self, key: &str, value: &Value) -> Value {
        let is_transport = key == "transport" && (value == "websocket" || value == "polling");
        if is_transport {
            return Value::from("[transport]");
        }
        self.redact(value)
    }

    fn redact_text(&self, text: &str) -> String {
        if is_time(text) {
            return "[time]".to_owned();
        }
        let mut text = text.to_owned();
        for (index, id) in self.0.iter().enumerate() {
            text = text.replace(id, &format!("[socket {}]", index + 1));
        }
        text
    }
}

/// Only this one format: a time in any other stays visible on the tape, so
/// that a change of format fails a test.
fn is_time(text: &str) -> bool {
    let fits = |(pattern, byte): (u8, u8)| match pattern {
        b'd' => byte.is_ascii_digit(),
        other => byte == other,
    };
    text.len() == TIME.len() && TIME.bytes().zip(text.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_utc_times_with_milliseconds_are_redacted() {
        let ids = SocketIds::default();
        let redacted = ids.redact(&json!(["2026-01-02T03:04:05.678Z"]));
        assert_eq!(redacted, json!(["[time]"]));

        let others = json!([
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.678901Z",
            "2026-01-02T03:04:05.678+00:00",
            "2026-01-02 03:04:05.678Z",
            "at 2026-01-02T03:04:05.678Z",
            "2026-01-02T03:04:05.678Z is the time",
            "",
            1767323045678_u64,
        ]);
        assert_eq!(ids.redact(&others), others);
    }

    #[test]
    fn socket_ids_are_numbered_in_the_order_of_connecting() {
        let mut ids = SocketIds::default();
        ids.add("zzz".to_owned());
        ids.add("aaa".to_owned());
        assert_eq!(
            ids.redact(&json!({ "from": "aaa", "text": "hello zzz" })),
            json!({ "from": "[socket 2]", "text": "hello [socket 1]" })
        );
    }

    #[test]
    fn the_transport_is_redacted_under_its_key_only() {
        let ids = SocketIds::default();
        assert_eq!(
            ids.redact(&json!({ "transport": "polling", "body": "polling" })),
            json!({ "transport": "[transport]", "body": "polling" })
        );
        assert_eq!(
            ids.redact(&json!({ "transport": "pigeon" })),
            json!({ "transport": "pigeon" })
        );
    }
}
