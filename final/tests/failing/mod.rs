//! Storage that fails in the middle of a request, at each point. Whatever fails, the request says so,
//! its repetition works, and what was acknowledged is there once.

#[cfg(target_os = "linux")]
mod disk;
mod postgres;
mod writer;
