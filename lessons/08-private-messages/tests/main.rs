//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

use lesson_08 as chat;

mod bad_input;
mod channels;
mod direct;
mod handshake;
mod location;
mod messages;
mod sockets;
mod typing;
mod users;
mod view;
