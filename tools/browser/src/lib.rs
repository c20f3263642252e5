//! Drives the lessons, the finished chat and the workshop in a real browser, as
//! people would by hand.
//!
//! - [`Server`] starts a program, stops it, and starts it again.
//! - [`chromium`] finds Chromium and opens sessions of it.
//! - [`Window`] is one browser: [`window`] opens pages and waits for what they
//!   show, [`input`] clicks and types, [`emulation`] makes it a phone, dark or
//!   somewhere on Earth, [`people`] joins, writes, and looks for messages;
//!   [`chat`] does what only the finished chat can do, [`frames`] goes into a
//!   page within the page, [`axe`] looks for what keeps people out.
//! - [`repository`] is copied for a test that changes files.
//! - [`views`] is for pages that open a second one, and for paper.
//! - [`Stage`] is what a test gets: a server of its own, and windows.
//! - [`proxy`] stands between browser and server, and breaks WebSockets.
//! - [`rules`] turns the tests of a lesson into tests of all later lessons too.
//! - [`failure`] says what was done until it failed, and takes pictures.

pub mod axe;
pub mod chat;
pub mod chromium;
pub mod emulation;
pub mod failure;
pub mod frames;
pub mod input;
pub mod people;
pub mod proxy;
pub mod repository;
pub mod rules;
pub mod server;
pub mod stage;
pub mod views;
pub mod window;

pub use server::Server;
pub use stage::Stage;
pub use window::Window;
