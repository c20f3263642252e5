//! All tests in one program, so that it is linked once and they run in parallel. A file that is not
//! listed here is not run.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod accounts;
mod api;
mod attachments;
mod backup;
mod channels;
mod chaos;
mod check;
mod connections;
mod delivery;
mod demo;
mod deploy;
mod downloads;
mod failing;
#[cfg(target_os = "linux")]
mod faults;
mod favourites;
mod home;
mod media;
mod messages;
mod pictures;
mod protocol;
mod proxies;
mod realtime;
#[cfg(feature = "s3")]
mod s3;
mod security;
mod server;
mod sessions;
mod several;
mod storage;
mod structure;
mod support;
mod updates;
mod videos;
mod web;
