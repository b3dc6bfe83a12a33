-- Which process acts for a guild, where several share a database. On SQLite a file's lock decides, and this is empty.

CREATE TABLE leases (
    guild_id BIGINT NOT NULL PRIMARY KEY,
    -- Counted up when the lease changes hands. Whoever writes for the guild names the term that it was given.
    term BIGINT NOT NULL,
    -- Who has it, in words; empty once it was given back.
    holder TEXT NOT NULL,
    -- In the database's own time: the processes' clocks may differ.
    expires_at TIMESTAMP NOT NULL,
    -- Makes the term part of a key. A writer that holds the key waits for a change of the term, not for a renewal.
    UNIQUE (guild_id, term)
);
