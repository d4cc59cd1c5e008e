-- Roles. The application connects as one of two that row-level security binds: neither is a superuser,
-- owns a table or has BYPASSRLS. They have no password here; an operator sets one (docs/operations.md).
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'streamgauge_app') THEN
        CREATE ROLE streamgauge_app LOGIN NOSUPERUSER NOBYPASSRLS; -- serves requests
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'streamgauge_system') THEN
        CREATE ROLE streamgauge_system LOGIN NOSUPERUSER NOBYPASSRLS; -- outbox relay and projection
    END IF;
END
$$;

-- The tenant of the present transaction, set with SET LOCAL app.tenant_id; NULL, which equals nothing,
-- where none is set.
CREATE FUNCTION current_tenant() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant_id', true), '');

CREATE TABLE tenants (
    id         text        PRIMARY KEY CHECK (id ~ '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name       text        NOT NULL,
    active     boolean     NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE streams (
    tenant_id  text        NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         uuid        NOT NULL,
    name       text        NOT NULL,
    spec       jsonb       NOT NULL, -- as in the REST API, see contracts
    version    bigint      NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

-- Messages for the control topic, committed with the change that they tell of. The relay publishes them
-- in order of id and deletes them. Two messages with one key are in the order of their commits, because
-- each change locks the row that the key names before it draws an id.
CREATE TABLE outbox (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   text        NOT NULL,
    message_key text        NOT NULL,
    payload     bytea,               -- NULL is a tombstone
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE series (
    tenant_id  text  NOT NULL,
    stream_id  uuid  NOT NULL,
    id         uuid  NOT NULL,
    dimensions jsonb NOT NULL, -- strings by name
    PRIMARY KEY (tenant_id, stream_id, id),
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX series_by_dimensions ON series USING gin (dimensions jsonb_path_ops);

-- One row for each series and window: the last revision. No foreign key to streams, which would cost a
-- look-up for each row written; the projection and the deletion of a stream keep the two consistent.
CREATE TABLE aggregates (
    tenant_id      text        NOT NULL,
    stream_id      uuid        NOT NULL,
    window_seconds integer     NOT NULL,
    window_start   timestamptz NOT NULL,
    series_id      uuid        NOT NULL,
    revision       integer     NOT NULL,
    timing         text        NOT NULL,
    event_count    bigint      NOT NULL,
    measures       jsonb       NOT NULL, -- statistics by measure, as in the REST API
    PRIMARY KEY (tenant_id, stream_id, window_seconds, window_start, series_id)
) PARTITION BY RANGE (window_start);

-- Events that the job did not count. The place in the events topic identifies one: a job that repeats
-- itself after a failure repeats the same rows.
CREATE TABLE rejected_events (
    tenant_id        text        NOT NULL,
    stream_id        uuid        NOT NULL,
    source_partition integer     NOT NULL,
    source_offset    bigint      NOT NULL,
    reason           text        NOT NULL,
    detail           text        NOT NULL,
    arrived_at       timestamptz NOT NULL,
    event            text        NOT NULL,
    PRIMARY KEY (tenant_id, stream_id, arrived_at, source_partition, source_offset)
) PARTITION BY RANGE (arrived_at);

-- How far each topic is projected; moved in the transaction that writes the rows.
CREATE TABLE projection_offsets (
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint  NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- Row-level security, also for the owner.
ALTER TABLE tenants         ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants         FORCE  ROW LEVEL SECURITY;
ALTER TABLE streams         ENABLE ROW LEVEL SECURITY;
ALTER TABLE streams         FORCE  ROW LEVEL SECURITY;
ALTER TABLE outbox          ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox          FORCE  ROW LEVEL SECURITY;
ALTER TABLE series          ENABLE ROW LEVEL SECURITY;
ALTER TABLE series          FORCE  ROW LEVEL SECURITY;
ALTER TABLE aggregates      ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregates      FORCE  ROW LEVEL SECURITY;
ALTER TABLE rejected_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE rejected_events FORCE  ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON tenants
    USING (id = current_tenant()) WITH CHECK (id = current_tenant());
CREATE POLICY own_tenant ON streams
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON series
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON aggregates
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON rejected_events
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON outbox FOR INSERT TO streamgauge_app
    WITH CHECK (tenant_id = current_tenant());
-- The relay publishes every tenant's messages; it can read and delete them, and nothing else.
CREATE POLICY relay_reads ON outbox FOR SELECT TO streamgauge_system USING (true);
CREATE POLICY relay_deletes ON outbox FOR DELETE TO streamgauge_system USING (true);

GRANT SELECT                         ON tenants            TO streamgauge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON streams            TO streamgauge_app;
GRANT INSERT                         ON outbox             TO streamgauge_app;
GRANT SELECT, DELETE                 ON series             TO streamgauge_app;
GRANT SELECT, DELETE                 ON aggregates         TO streamgauge_app;
GRANT SELECT, DELETE                 ON rejected_events    TO streamgauge_app;
GRANT SELECT, DELETE                 ON outbox             TO streamgauge_system;
GRANT SELECT, UPDATE                 ON streams            TO streamgauge_system; -- UPDATE: to lock rows
GRANT SELECT, INSERT                 ON series             TO streamgauge_system;
GRANT SELECT, INSERT, UPDATE         ON aggregates         TO streamgauge_system;
GRANT SELECT, INSERT                 ON rejected_events    TO streamgauge_system;
GRANT SELECT, INSERT, UPDATE         ON projection_offsets TO streamgauge_system;

-- Partitions: a day each, made when first needed. The projection may ask for them without owning the
-- tables; privileges on the partitions themselves are nobody's but the owner's.
CREATE FUNCTION ensure_day_partition(parent text, day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    partition_name text := parent || '_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF parent NOT IN ('aggregates', 'rejected_events') THEN
        RAISE EXCEPTION 'parent: % (expected: aggregates or rejected_events)', parent;
    END IF;
    IF to_regclass('public.' || partition_name) IS NOT NULL THEN
        RETURN;
    END IF;
    -- One at a time: two projections may need the same day at once.
    PERFORM pg_advisory_xact_lock(hashtext('ensure_day_partition'));
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
        partition_name, parent, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
END
$$;

-- Ends the retention of whole days: drops the partitions before the first day to keep, and says how many.
CREATE FUNCTION drop_day_partitions_before(parent text, first_day date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    partition_name text;
    dropped integer := 0;
BEGIN
    IF parent NOT IN ('aggregates', 'rejected_events') THEN
        RAISE EXCEPTION 'parent: % (expected: aggregates or rejected_events)', parent;
    END IF;
    FOR partition_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = ('public.' || parent)::regclass
          AND c.relname < parent || '_' || to_char(first_day, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE public.%I', partition_name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

REVOKE ALL ON FUNCTION ensure_day_partition(text, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION drop_day_partitions_before(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_day_partition(text, date) TO streamgauge_system;
GRANT EXECUTE ON FUNCTION drop_day_partitions_before(text, date) TO streamgauge_system;
