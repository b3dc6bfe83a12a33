//! Whether what somebody sends has a shape Discord takes: lengths, counts, required fields.
//!
//! Pure functions of the body; it must not know the world. Keeps: all faults of a body are told at once, each at
//! its path.

pub(crate) mod commands;
pub(crate) mod components;
pub(crate) mod draft;
pub(crate) mod embeds;
