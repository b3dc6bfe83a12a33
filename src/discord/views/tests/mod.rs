//! How everything reads, and that no text can make it read otherwise.

mod announcements;
mod answers;
mod cards;
mod fixture;
mod hostile;
mod lists;
mod operators;
mod reports;
