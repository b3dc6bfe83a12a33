-- The outbox also holds what no ticket owns: notices to the operators. And it knows what keeps a row from being done.

-- The last number given to a notice: the 7 of `Notice 7`.
ALTER TABLE counters ADD COLUMN last_notice BIGINT NOT NULL DEFAULT 0;

DROP INDEX deliveries_lane;
DROP INDEX deliveries_coalesced;
ALTER TABLE deliveries RENAME TO deliveries_before;
CREATE TABLE deliveries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    -- None for a notice.
    ticket BIGINT,
    mark BIGINT NOT NULL,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Of several waiting rows with one key, one is enough.
    coalesce_key TEXT,
    effect TEXT NOT NULL,
    nonce TEXT NOT NULL,
    -- parked: cannot succeed until somebody changes something, and holds nothing. dropped: said by another row, or of
    -- no use any more.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'sent', 'parked', 'dropped')),
    -- What keeps it from being done, by a key that rows with the same trouble share; kept while it is tried again, so
    -- that the operators are told once.
    problem TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    due_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    first_tried_at TIMESTAMPTZ,
    done_at TIMESTAMPTZ,
    message_id BIGINT,
    error TEXT,
    FOREIGN KEY (guild_id, ticket) REFERENCES tickets (guild_id, number)
);
-- In the old order; nothing names a row by its number.
INSERT INTO deliveries
    (guild_id, ticket, mark, lane, kind, coalesce_key, effect, nonce, state, attempts, failures, due_at, created_at,
        first_tried_at, done_at, message_id, error)
    SELECT guild_id, ticket, mark, lane, kind, coalesce_key, effect, nonce, state, attempts, failures, due_at, created_at,
        first_tried_at, done_at, message_id, error
    FROM deliveries_before ORDER BY id;
DROP TABLE deliveries_before;
CREATE INDEX deliveries_lane ON deliveries (guild_id, lane, id) WHERE state IN ('waiting', 'leased');
CREATE UNIQUE INDEX deliveries_coalesced ON deliveries (guild_id, ticket, coalesce_key)
    WHERE state = 'waiting' AND coalesce_key IS NOT NULL;
CREATE INDEX deliveries_problem ON deliveries (guild_id, problem)
    WHERE problem IS NOT NULL AND state IN ('waiting', 'leased', 'parked');
