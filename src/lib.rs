//! A chat-ops bot for a company's Discord server: trouble tickets from opening to Final Report.
//!
//! This page is the map of the house. Data moves one way:
//!
//! ```text
//! Discord event ─▶ discord (parse) ─▶ desk (one verb = one transaction) ─▶ domain (pure rules)
//!                                         │ writes ticket row + events + deliveries together
//!                                         ▼
//!                                       store (SQLite | PostgreSQL)
//!                                         │ deliveries that are due
//!                                         ▼
//!                      discord::delivery (the only thing that posts unasked) ─▶ Discord
//! thread messages ─▶ discord::recorder ─▶ store (archive) ─▶ report (pure) ─▶ store (report versions)
//! ```
//!
//! # Invariants
//!
//! `tests/it/tidy.rs` reads the imports and keeps the first five true.
//!
//! 1. `serenity` and `poise` appear only under `discord`, `sqlx` only under `store`, `axum` only under `sandbox`.
//! 2. `domain` and `report` are pure: no I/O, no tokio, no sqlx, no serenity.
//! 3. `main → app → discord → desk → {store, report} → domain`; nobody imports against the arrow.
//! 4. `sandbox` imports nothing of the rest, and only `app` and the tests import it.
//! 5. `config`, `clock` and `error` may be used by all and use none of the others.
//! 6. State changes only in `desk`, in one transaction that writes the row, the events and the deliveries.
//! 7. Only `discord::delivery` posts what nobody waits for. It takes no input but the database and may run at any time.
//! 8. No query runs outside a store handle bound to one guild.
//! 9. Time is a parameter: [`clock::Clock`] is the only reader of the system's clock.

pub mod clock;
pub mod config;
pub mod desk;
pub mod discord;
pub mod domain;
pub mod error;
pub mod report;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod store;
