//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

use lesson_02 as chat;

mod bad_input;
mod handshake;
mod sockets;
mod view;
