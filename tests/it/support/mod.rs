//! What the tests stand on.

pub mod db;
pub mod flood;
pub mod log;
pub mod people;
pub mod program;
pub mod schema;
pub mod world;
