//! Nothing is lost and nothing is doubled, whatever happens to connections and
//! to the program.

mod away;
mod connections;
mod happening;
mod slow;
mod together;
mod whatever;
