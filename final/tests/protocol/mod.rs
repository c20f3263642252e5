//! The wire protocols, Engine.IO 4 and Socket.IO 5, from lesson 07 and from the chat: what their
//! documents say (`engine.io-protocol` and `socket.io-protocol`), as far as a server without an echo
//! can show it. Both servers use `socketioxide`, which differs from the documents and from the
//! reference server in this:
//!
//! | what a client does | document or reference server | here |
//! |---|---|---|
//! | a request with a mistake | `"code":1`, a number | `"code":"1"`, a text |
//! | several mistakes in one request | the transport is checked first | the version is |
//! | an upgrade that fails | the session goes on by polling | the session ends; the page connects again, and stays with polling if that fails, too |
//! | an empty body in a POST, or an empty packet in it | the session ends | ignored |
//! | two POSTs at once | the session ends | both arrive |
//! | a packet of an upgrade in a POST | ignored | 400, and the session goes on |
//! | a ping from a client | the session ends | counts as a pong |
//! | joins, and sends an event before the response to that | not described | the connection ends; clients wait |
//! | an event with bytes | arrives | the chat has none, and ends the connection; in the lesson it arrives |

mod engine;
mod socket;
mod wire;
