//! Letting go of what must not be kept: what people took back, people who are to be forgotten, and what is too old.
//!
//! Everything else in the house only adds. Each way of letting go has a file of its own and is a transaction, or many
//! small ones, that leaves what it must not touch as it is: `deleted` never changes a report that was submitted,
//! `retention` keeps what was approved, `person` alone may change anything, and writes down that it did.

pub mod deleted;
pub mod person;
pub mod retention;
