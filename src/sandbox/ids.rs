//! Snowflakes: 42 bits of milliseconds since 2015 and 22 bits that tell one millisecond's ids apart.
//!
//! It must not know what the ids are for. Keeps: ids are unique, and those minted for one moment increase.

use chrono::{DateTime, Utc};

/// A Discord id.
pub type Id = u64;

/// The first millisecond of 2015, Discord's epoch.
const EPOCH: i64 = 1_420_070_400_000;
const SEQUENCE_BITS: u32 = 22;
const SEQUENCE: u64 = (1 << SEQUENCE_BITS) - 1;

/// Mints ids.
#[derive(Debug, Default)]
pub(crate) struct Mint {
    /// The latest millisecond an id was minted for.
    latest: u64,
    sequence: u64,
}

impl Mint {
    /// A new id that carries `at`.
    pub(crate) fn mint(&mut self, at: DateTime<Utc>) -> Id {
        let millis = u64::try_from(at.timestamp_millis() - EPOCH).unwrap_or(0);
        if millis > self.latest {
            self.latest = millis;
            // Starting over is safe only in a new millisecond; earlier ones may still be minted for (`at`), so it
            // is done as seldom as the bits allow.
            if self.sequence > SEQUENCE / 2 {
                self.sequence = 0;
            }
        }
        self.sequence = (self.sequence + 1) & SEQUENCE;
        (millis << SEQUENCE_BITS) | self.sequence
    }
}

/// The time an id carries, in whole milliseconds.
#[must_use]
pub fn time_of(id: Id) -> DateTime<Utc> {
    let millis = i64::try_from(id >> SEQUENCE_BITS).unwrap_or(0) + EPOCH;
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// The smallest id of a moment: for `before` and `after` in a history.
#[must_use]
pub fn first_of(at: DateTime<Utc>) -> Id {
    u64::try_from(at.timestamp_millis() - EPOCH).unwrap_or(0) << SEQUENCE_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_are_unique_increase_and_carry_it() {
        let at = DateTime::from_timestamp_millis(1_780_000_000_123).unwrap();
        let mut mint = Mint::default();
        let ids: Vec<Id> = (0..10_000).map(|_| mint.mint(at)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| time_of(*id) == at && *id > first_of(at)));
        assert!(mint.mint(at - chrono::Duration::milliseconds(1)) < ids[0]);
    }
}
