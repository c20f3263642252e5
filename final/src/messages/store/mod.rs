//! The SQL of messages.

mod create;
mod plain;
mod read;
mod rows;
mod write;

pub use create::{Created, create};
pub use plain::create_plain;
pub use read::{
    Head, after, before, by_client_id, by_ids, changed_after, head, last_changed, last_sent,
    latest_change, latest_changes,
};
pub use rows::Unrendered;
pub use write::{
    add_reaction, advance, count_other_emoji, delete, edit, find_channel, find_unchanged,
    lock_channels, remove_reaction,
};
