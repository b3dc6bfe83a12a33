//! Discord: the only place that knows its protocol, its limits and the words people read there.
//!
//! What comes in is parsed at this door and goes to the desk as domain values; what goes out is a view of domain
//! values. Nothing here changes state: only the desk does.

pub mod custom_id;
pub mod guild;
pub mod limits;
pub mod message;
pub mod resolve;
pub mod rest;
pub mod views;
