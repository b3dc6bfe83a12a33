//! What the tests stand on.

pub mod db;
pub mod flood;
pub mod log;
pub mod people;
pub mod process;
pub mod program;
pub mod proxy;
pub mod schema;
pub mod world;
