//! Drafting Final Reports: the record of a ticket, compiled and kept as a new version for each team.

