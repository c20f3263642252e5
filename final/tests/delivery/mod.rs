//! No message is lost and none is duplicated, whatever happens to connections and to the program.

mod away;
mod connections;
mod core;
mod histories;
mod operation;
mod slow;
mod together;
