-- What the anomaly job has told of, by the end of the window that it is about. An anomaly that is told
-- again has the id that it had.
CREATE TABLE anomalies (
    tenant_id      text             NOT NULL,
    stream_id      uuid             NOT NULL,
    window_end     timestamptz      NOT NULL,
    anomaly_id     uuid             NOT NULL,
    window_seconds integer          NOT NULL,
    series_id      uuid             NOT NULL,
    dimensions     jsonb            NOT NULL, -- of the series, of which there may be no other row
    measure        text             NOT NULL,
    score          double precision NOT NULL,
    kind           text             NOT NULL,
    begins         boolean          NOT NULL,
    value          double precision,
    expected       double precision NOT NULL,
    lower_bound    double precision NOT NULL,
    upper_bound    double precision NOT NULL,
    contributions  jsonb            NOT NULL,
    PRIMARY KEY (tenant_id, stream_id, window_end, anomaly_id)
) PARTITION BY RANGE (window_end);

ALTER TABLE anomalies ENABLE ROW LEVEL SECURITY;
ALTER TABLE anomalies FORCE  ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON anomalies
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY lookup ON anomalies FOR SELECT TO streamgauge_lookup USING (true);

GRANT SELECT, DELETE                   ON anomalies TO streamgauge_app;
GRANT SELECT, INSERT, UPDATE, DELETE   ON anomalies TO streamgauge_system;
GRANT SELECT (tenant_id, window_end)   ON anomalies TO streamgauge_lookup;

-- The tables that have a partition for each day, and the column that decides which.
CREATE FUNCTION day_table_column(parent text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public
AS $$
DECLARE
    time_column text := CASE parent WHEN 'aggregates' THEN 'window_start'
                                    WHEN 'rejected_events' THEN 'arrived_at'
                                    WHEN 'anomalies' THEN 'window_end' END;
BEGIN
    IF time_column IS NULL THEN
        RAISE EXCEPTION 'parent: % (expected: aggregates, rejected_events or anomalies)', parent;
    END IF;
    RETURN time_column;
END
$$;
REVOKE ALL ON FUNCTION day_table_column(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION day_table_column(text) TO streamgauge_lookup;

-- As before, of one table more.
CREATE OR REPLACE FUNCTION ensure_day_partition(parent text, day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    partition_name text := parent || '_' || to_char(day, 'YYYYMMDD');
BEGIN
    PERFORM day_table_column(parent);
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

CREATE OR REPLACE FUNCTION drop_day_partitions_before(parent text, first_day date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    partition_name text;
    dropped integer := 0;
BEGIN
    PERFORM day_table_column(parent);
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

CREATE OR REPLACE FUNCTION tenants_in_day(parent text, day date) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    time_column text := day_table_column(parent);
    tenant text := '';
BEGIN
    LOOP
        EXECUTE format(
            'SELECT tenant_id FROM public.%I WHERE tenant_id > $1 AND %I >= $2 AND %I < $3
             ORDER BY tenant_id LIMIT 1', parent, time_column, time_column)
        INTO tenant
        USING tenant, (day || ' 00:00:00+00')::timestamptz, ((day + 1) || ' 00:00:00+00')::timestamptz;
        EXIT WHEN tenant IS NULL;
        RETURN NEXT tenant;
    END LOOP;
END
$$;
