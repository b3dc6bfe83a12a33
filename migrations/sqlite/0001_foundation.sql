-- Tickets, their events, what is owed to Discord, what was said, and the reports.
--
-- Every table carries the guild: one database may serve several bots, each bound to its guild. Ids are Discord's
-- snowflakes. Times come from the bot's clock, never from the database. The other dialect's file says the same.

-- The last number given to a ticket. A row that is counted up, because MAX + 1 gives one number to two people.
CREATE TABLE counters (
    guild_id BIGINT NOT NULL PRIMARY KEY,
    last_number BIGINT NOT NULL
);

CREATE TABLE tickets (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    -- Counted up by every verb: the first statement of a verb writes here and so locks the row on both databases.
    version BIGINT NOT NULL DEFAULT 0,
    title TEXT NOT NULL,
    details TEXT NOT NULL,
    severity TEXT NOT NULL,
    -- Keys, joined by ", ".
    services TEXT NOT NULL,
    affected TEXT CHECK (affected IN ('everyone', 'part', 'internal')),
    affected_who TEXT NOT NULL,
    frequency TEXT CHECK (frequency IN ('constant', 'intermittent', 'once')),
    frequency_detail TEXT NOT NULL,
    started_said TEXT NOT NULL,
    reporter_id BIGINT NOT NULL,
    reporter_name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN
        ('open', 'investigating', 'identified', 'monitoring', 'resolved', 'closed', 'cancelled', 'duplicate')),
    started_at TIMESTAMP,
    opened_at TIMESTAMP NOT NULL,
    acknowledged_at TIMESTAMP,
    identified_at TIMESTAMP,
    restored_at TIMESTAMP,
    resolved_at TIMESTAMP,
    closed_at TIMESTAMP,
    updated_at TIMESTAMP NOT NULL,
    channel_id BIGINT NOT NULL,
    card_id BIGINT,
    thread_id BIGINT,
    last_seq BIGINT NOT NULL,
    -- The last number given to one of the ticket's deliveries: the 7 of `T-42 · 7`.
    last_mark BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, number)
);
CREATE UNIQUE INDEX tickets_thread ON tickets (guild_id, thread_id) WHERE thread_id IS NOT NULL;
CREATE INDEX tickets_status ON tickets (guild_id, status);

-- What happened, append-only. `cause` is the interaction: a verb that is repeated meets its own event.
CREATE TABLE events (
    guild_id BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    by_id BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    cause BIGINT,
    -- One interaction may cause several events: their order, from 0.
    part BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (guild_id, ticket, seq),
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);
CREATE UNIQUE INDEX events_cause ON events (guild_id, cause, part) WHERE cause IS NOT NULL;

-- Who was in charge for which team, from when to when.
CREATE TABLE charges (
    guild_id BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    place BIGINT NOT NULL,
    team TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    person_name TEXT NOT NULL,
    from_at TIMESTAMP NOT NULL,
    until_at TIMESTAMP,
    PRIMARY KEY (guild_id, ticket, place),
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);
-- Two people can never be in charge for one team at once.
CREATE UNIQUE INDEX charges_now ON charges (guild_id, ticket, team) WHERE until_at IS NULL;

-- The ticket's one message in an announcement channel.
CREATE TABLE headlines (
    guild_id BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    PRIMARY KEY (guild_id, ticket, channel_id),
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);

-- The outbox: what the bot still has to do on Discord, and what it has done.
CREATE TABLE deliveries (
    id INTEGER NOT NULL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Of several waiting rows with one key, one is enough.
    coalesce_key TEXT,
    effect TEXT NOT NULL,
    nonce TEXT NOT NULL,
    -- parked: cannot succeed as things are, and holds nothing. dropped: said by another row, or of no use any more.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'sent', 'parked', 'dropped')),
    attempts BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    due_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    first_tried_at TIMESTAMP,
    done_at TIMESTAMP,
    message_id BIGINT,
    error TEXT,
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);
CREATE INDEX deliveries_lane ON deliveries (guild_id, lane, id) WHERE state IN ('waiting', 'leased');
CREATE UNIQUE INDEX deliveries_coalesced ON deliveries (guild_id, ticket, coalesce_key)
    WHERE state = 'waiting' AND coalesce_key IS NOT NULL;

-- The archive: every message of every thread.
CREATE TABLE messages (
    guild_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    thread_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    author_name TEXT NOT NULL,
    is_bot BOOLEAN NOT NULL,
    is_system BOOLEAN NOT NULL,
    said_at TIMESTAMP NOT NULL,
    text TEXT NOT NULL,
    reply_to BIGINT,
    attachments TEXT NOT NULL,
    edited_at TIMESTAMP,
    deleted_at TIMESTAMP,
    PRIMARY KEY (guild_id, id),
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);
CREATE INDEX messages_ticket ON messages (guild_id, ticket, id);

-- Texts that a message had before it was edited.
CREATE TABLE message_versions (
    guild_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    -- When this text was replaced.
    until_at TIMESTAMP NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (guild_id, message_id, until_at),
    FOREIGN KEY (guild_id, message_id) REFERENCES messages (guild_id, id)
);

-- Final Reports, one per team and ticket, in versions.
CREATE TABLE reports (
    guild_id BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    team TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'returned')),
    compiled_at TIMESTAMP NOT NULL,
    by_id BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (guild_id, ticket, team, version),
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);

-- Which Discord id a name in the config stands for, from its first use on.
CREATE TABLE bindings (
    guild_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('channel', 'role')),
    name TEXT NOT NULL,
    discord_id BIGINT NOT NULL,
    PRIMARY KEY (guild_id, kind, name)
);
