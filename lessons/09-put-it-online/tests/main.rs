//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

use lesson_09 as chat;

mod assets;
mod bad_input;
mod channels;
mod direct;
mod handshake;
mod health;
mod location;
mod messages;
mod program;
mod settings;
mod sockets;
mod typing;
mod users;
mod view;
