//! How long Discord may take, and how fast its windows pass.
//!
//! Data only. On Discord it is always the default; a sandbox may be in a hurry.

use std::time::Duration;

/// The client's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long connecting may take.
    pub connect: Duration,
    /// How long a request may take, from connecting to the last byte of the answer.
    pub whole: Duration,
    /// The windows of all limits are shorter by this, and so are pauses that Discord did not ask for: 1 on Discord.
    pub divisor: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(15), divisor: 1 }
    }
}

impl Timing {
    /// A time of Discord's, as it passes here.
    pub(super) fn short(self, time: Duration) -> Duration {
        time / self.divisor.max(1)
    }
}
