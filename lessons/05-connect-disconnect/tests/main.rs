//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

use lesson_05 as chat;

mod bad_input;
mod handshake;
mod messages;
mod sockets;
mod users;
mod view;
