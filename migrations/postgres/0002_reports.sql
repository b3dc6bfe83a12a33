-- Reactions and pins in the archive; versions of Final Reports that people write, and where each report stands.

-- Since when a message is pinned.
ALTER TABLE messages ADD COLUMN pinned_at TIMESTAMPTZ;

-- Who reacted to what. One that was taken back stays, with when.
CREATE TABLE reactions (
    guild_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    emoji TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    taken_at TIMESTAMPTZ,
    PRIMARY KEY (guild_id, message_id, emoji, user_id),
    FOREIGN KEY (guild_id, message_id) REFERENCES messages (guild_id, id)
);

-- A version is made by compiling or by writing a section, so the time is when it was made.
ALTER TABLE reports RENAME COLUMN compiled_at TO made_at;
-- The key of the section that was rewritten; none where the record was compiled.
ALTER TABLE reports ADD COLUMN section TEXT;

-- The newest version of each team's report, as the fold of the ticket's events.
CREATE TABLE report_standings (
    guild_id BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    team TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'returned')),
    -- Who wrote in it or submitted it, as JSON.
    authors TEXT NOT NULL,
    compiled_at TIMESTAMPTZ NOT NULL,
    since_at TIMESTAMPTZ NOT NULL,
    by_id BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    -- Compiled before the ticket was reopened.
    outdated BOOLEAN NOT NULL,
    PRIMARY KEY (guild_id, ticket, team),
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);
INSERT INTO report_standings
    (guild_id, ticket, team, version, state, authors, compiled_at, since_at, by_id, by_name, outdated)
    SELECT guild_id, ticket, team, version, state, '[]', made_at, made_at, by_id, by_name,
        EXISTS (SELECT 1 FROM events e WHERE e.guild_id = r.guild_id AND e.ticket = r.ticket
            AND e.happened_at > r.made_at AND e.body LIKE '{"event":"reopened"%')
    FROM reports r
    WHERE version = (SELECT MAX(n.version) FROM reports n
        WHERE n.guild_id = r.guild_id AND n.ticket = r.ticket AND n.team = r.team);
