-- What the archive let go of, and what it may have missed.

-- Who was forgotten, when, and by whom. The id stays, so that their old messages are not taken in again; nothing else
-- of them does.
CREATE TABLE forgotten (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    -- What they wrote up to here is not kept; what they write afterwards is.
    forgotten_at TIMESTAMPTZ NOT NULL,
    -- The account on the machine on which the command was given.
    operator TEXT NOT NULL,
    -- How much was taken out, as JSON.
    counts TEXT NOT NULL,
    PRIMARY KEY (guild_id, user_id, forgotten_at)
);

-- Since when the ticket's archive is given up, as the retention demands; the ticket itself stays.
ALTER TABLE tickets ADD COLUMN archive_gone_at TIMESTAMPTZ;

-- Its thread was deleted: a new thread on the same card has the same number, and is no witness for it.
ALTER TABLE messages ADD COLUMN thread_gone BOOLEAN NOT NULL DEFAULT FALSE;

-- Up to when the bot is known to have listened.
CREATE TABLE heard (
    guild_id BIGINT NOT NULL PRIMARY KEY,
    heard_to TIMESTAMPTZ NOT NULL
);

-- Times in which nobody listened. Messages are read afterwards; texts between two edits are not.
CREATE TABLE unheard (
    guild_id BIGINT NOT NULL,
    from_at TIMESTAMPTZ NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (guild_id, from_at)
);
