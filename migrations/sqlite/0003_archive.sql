-- What the archive needs beside the messages: the files that came with them, and up to where it is complete.

-- Files as bytes: Discord's links to them expire.
CREATE TABLE files (
    guild_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    -- Its id on Discord.
    file_id BIGINT NOT NULL,
    -- wanted: still to be fetched. skipped: not kept, and `why`.
    state TEXT NOT NULL CHECK (state IN ('wanted', 'kept', 'skipped')),
    why TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at TIMESTAMP NOT NULL,
    size BIGINT NOT NULL,
    bytes BLOB,
    PRIMARY KEY (guild_id, message_id, file_id),
    FOREIGN KEY (guild_id, message_id) REFERENCES messages (guild_id, id)
);
CREATE INDEX files_wanted ON files (guild_id, due_at) WHERE state = 'wanted';

-- Up to which message everything that was said in a thread is in the archive, or known to be gone.
CREATE TABLE complete_threads (
    guild_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL,
    complete_to BIGINT NOT NULL,
    PRIMARY KEY (guild_id, thread_id)
);

-- Messages of tickets' threads that were deleted before they were archived.
CREATE TABLE deletions (
    guild_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    deleted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (guild_id, message_id)
);
