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
//!                      discord::courier (the only thing that posts unasked) ─▶ Discord
//! thread messages ─▶ discord::recorder ─▶ store (archive) ─▶ report (pure) ─▶ store (report versions)
//! their files ─▶ discord::keeper ─▶ store
//! ```
//!
//! # Invariants
//!
//! `tests/it/tidy.rs` reads the sources and keeps the first six true.
//!
//! 1. `serenity` and `poise` appear only under `discord`, `sqlx` only under `store`, `axum` only under `sandbox`.
//! 2. `domain` and `report` are pure: no I/O, no tokio, no clock. `domain` imports nothing, `report` only `domain`.
//! 3. `main → app → {discord, ops} → desk → {store, report} → domain`; whoever stands before an arrow may import whatever
//!    stands behind it, and nobody imports against it.
//! 4. `config`, `clock` and `error` may be used by all but the pure parts, and use none of the others.
//! 5. `sandbox` imports nothing of the rest; only `app::demo` and the tests import it.
//! 6. In `discord`, only the courier, the recorder, the keeper, `catch_up`, `reconcile` and `resolve` meet the store: they carry out what is
//!    owed, record what is said, keep its files, bind names. The views know neither the store nor the desk nor serenity.
//! 7. State changes only in `desk`, in one transaction that writes the row, the events and the deliveries. Where
//!    something stands on Discord is written by the courier, which made it there.
//! 8. Only `discord::courier` posts what nobody waits for. It takes no input but the database and may run at any time.
//! 9. No query runs outside a store handle bound to one guild, but the one that asks which guilds there are.
//! 10. Time is a parameter: [`clock::Clock`] is the only reader of the system's clock.

pub mod app;
#[cfg(test)]
mod cases;
pub mod clock;
pub mod config;
pub mod desk;
pub mod discord;
pub mod domain;
pub mod error;
pub mod ops;
pub mod report;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod store;
