//! What the tests stand on.

pub mod db;
pub mod log;
pub mod world;
