//! A stand-in for Discord on loopback: REST API v10, gateway, a control interface and a plain page.
//!
//! It is a server that keeps a plain model of one guild and refuses what Discord refuses, with Discord's status and
//! code. A bot connects to it over real HTTP and WebSocket and cannot tell the difference; people are played
//! through [`Actor`]s or, from other programs, through the control interface described in `docs/SANDBOX.md`.
//!
//! It must not know the bot, and imports nothing of the rest of this crate. Ids carry the time of the clock it is
//! given; deadlines and heartbeats count in real time. Inside, data moves one way:
//!
//! ```text
//! rest, gateway, control, actor ─▶ check (shape) ─▶ verbs (who may; change) ─▶ world.emit ─▶ gateway, live, waiters
//!                                                                  payload (how it looks on the wire)
//! ```

mod actor;
mod check;
mod clock;
mod company;
mod connection;
mod control;
mod error;
mod faults;
mod founding;
mod gateway;
mod ids;
mod interaction;
mod limits;
mod line;
mod model;
mod options;
mod page;
mod payload;
pub mod permissions;
mod rest;
mod server;
mod stats;
mod text;
mod verbs;
mod world;

pub use actor::{Actor, Answer, Button, Input, Name, Place, Sandbox, serve};
pub use check::draft::{Draft, Upload};
pub use clock::{Now, Time};
pub use company::{ChannelPlan, Company, Person, RolePlan};
pub use error::Refusal;
pub use faults::{Cut, Fault};
pub use gateway::Trouble;
pub use ids::{Id, first_of, time_of};
pub use interaction::{Interaction, State};
pub use limits::{RateLimited, RateLimits, Scope};
pub use model::{Attachment, Channel, Member, Message, Overwrite, Pings, Role, Thread, flag, kind};
pub use options::{Granted, Options};
pub use world::{Guild, World};
