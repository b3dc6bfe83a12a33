//! What the tests stand on.

pub mod by_hand;
/// The same for the tests in `src` and here.
#[path = "../../../src/cases.rs"]
#[expect(dead_code, reason = "what only tests in `src` need")]
pub mod cases;
pub mod db;
pub mod flood;
pub mod log;
pub mod people;
pub mod program;
pub mod proxy;
mod quiet;
pub mod schema;
pub mod world;
