//! The two ways a Socket.IO client can reach the server.

use std::env;

const VARIABLE: &str = "TESTKIT_TRANSPORT";

/// How the clients of a [`Recorder`](crate::Recorder) talk to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// One websocket, open as long as the client is connected.
    WebSocket,
    /// Plain HTTP: a POST for everything sent, a waiting GET for everything received.
    Polling,
}

impl Transport {
    /// The transport's name in a Socket.IO address: `websocket` or `polling`.
    pub fn as_str(self) -> &'static str {
        match self {
            Transport::WebSocket => "websocket",
            Transport::Polling => "polling",
        }
    }

    /// The transport named by `TESTKIT_TRANSPORT`, or else WebSocket. This lets the same
    /// tests run a second time over polling without a change in any of them.
    pub(crate) fn from_env() -> Transport {
        match env::var(VARIABLE) {
            Ok(name) => Transport::from_name(&name),
            Err(_) => Transport::WebSocket,
        }
    }

    fn from_name(name: &str) -> Transport {
        match name {
            "websocket" => Transport::WebSocket,
            "polling" => Transport::Polling,
            other => panic!("{VARIABLE} is \"{other}\": it must be websocket or polling."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transport_is_found_by_its_name() {
        for transport in [Transport::WebSocket, Transport::Polling] {
            assert_eq!(Transport::from_name(transport.as_str()), transport);
        }
    }

    #[test]
    #[should_panic(expected = "it must be websocket or polling")]
    fn an_unknown_transport_is_refused_with_words() {
        Transport::from_name("pigeon");
    }
}
