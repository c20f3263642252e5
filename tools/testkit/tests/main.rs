//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

mod app;
mod both;
mod connections;
mod failures;
mod packets;
mod pages;
mod process;
mod tape;
