//! Tests that drive the real thing through its real door; one binary, one module a subject.
#![cfg(feature = "sandbox")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails, helpers included")]
#![expect(clippy::disallowed_methods, reason = "tests are told where PostgreSQL is by the environment")]

mod backup;
mod budget;
mod cli;
mod config;
mod crash;
mod database_stress;
mod export;
mod flood;
mod gateway_faults;
mod listed;
mod online;
mod races;
mod replay;
mod rest_faults;
mod restart;
mod restored;
mod sandbox;
mod store_contract;
mod support;
mod tickets;
mod tidy;
mod two_processes;
