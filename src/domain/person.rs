//! Somebody who did, said or is something.
//!
//! The record keeps the name that was shown when it mattered, since people rename themselves.

use serde::{Deserialize, Serialize};

use super::ids::UserId;

/// Somebody, with the name that was shown when it mattered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Who it is.
    pub id: UserId,
    /// The name as shown then.
    pub name: String,
}
