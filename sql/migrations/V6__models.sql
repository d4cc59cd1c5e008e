-- Models of anomaly detection, how they came to be, and what people say of anomalies.

-- The registry. A version never changes but for its state; it goes with its stream.
CREATE TABLE models (
    tenant_id       text        NOT NULL,
    id              uuid        NOT NULL,
    stream_id       uuid        NOT NULL,
    version         bigint      NOT NULL CHECK (version >= 1), -- of the stream's models; used once
    state           text        NOT NULL CHECK (state IN ('candidate', 'active', 'retired')),
    created_at      timestamptz NOT NULL,
    created_by      text        NOT NULL,
    activated_at    timestamptz, -- the last time
    feature_version integer     NOT NULL,
    measures        text[]      NOT NULL,
    data_from       timestamptz NOT NULL, -- of what it was trained on
    data_to         timestamptz NOT NULL CHECK (data_to >= data_from),
    points          bigint      NOT NULL,
    metrics         jsonb       NOT NULL, -- its evaluation, and that of the one that was active then
    objection       text,                 -- why it was not fit to replace that one
    provenance      text        NOT NULL,
    bytes           bytea       NOT NULL CHECK (octet_length(bytes) <= 131072),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, stream_id, version),
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id) ON DELETE CASCADE,
    CHECK ((state = 'candidate') = (activated_at IS NULL))
);
CREATE UNIQUE INDEX models_by_id ON models (id);
CREATE UNIQUE INDEX models_active ON models (tenant_id, stream_id) WHERE state = 'active';

-- Trainings that wait, run and were. Whoever runs one says so again and again; one of which nobody says
-- so any more has ended with its process.
CREATE TABLE trainings (
    tenant_id    text             NOT NULL,
    id           uuid             NOT NULL,
    stream_id    uuid             NOT NULL,
    state        text             NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    scheduled    boolean          NOT NULL, -- by the platform itself
    requested_at timestamptz      NOT NULL,
    requested_by text             NOT NULL,
    range_from   timestamptz,     -- NULL is as far back as trainings go
    range_to     timestamptz,     -- NULL is the present
    forced       boolean          NOT NULL,
    started_at   timestamptz,
    ended_at     timestamptz      CHECK ((ended_at IS NULL) = (state IN ('queued', 'running'))),
    leased_until timestamptz      CHECK ((leased_until IS NULL) = (state <> 'running')),
    progress     double precision NOT NULL,
    model_id     uuid,            -- that came of it
    detail       text,            -- why it failed
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX trainings_by_id ON trainings (id);
-- One of a stream may wait or run, one of a tenant may run.
CREATE UNIQUE INDEX trainings_open ON trainings (tenant_id, stream_id) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX trainings_running ON trainings (tenant_id) WHERE state = 'running';
CREATE INDEX trainings_by_stream ON trainings (tenant_id, stream_id, requested_at, id);

-- How sensitive a stream's detection is. The row that its settings and exclusions are locked by.
CREATE TABLE detection_settings (
    tenant_id  text             NOT NULL,
    stream_id  uuid             NOT NULL,
    version    bigint           NOT NULL CHECK (version >= 1), -- one more with each exclusion, too
    threshold  double precision NOT NULL CHECK (threshold > 0 AND threshold <= 1),
    overrides  jsonb            NOT NULL, -- as in the REST API
    updated_at timestamptz      NOT NULL,
    updated_by text             NOT NULL,
    PRIMARY KEY (tenant_id, stream_id),
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id) ON DELETE CASCADE
);

-- Times that are neither learned from nor told of.
CREATE TABLE detection_exclusions (
    tenant_id  text        NOT NULL,
    id         uuid        NOT NULL,
    stream_id  uuid        NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL CHECK (ends_at > starts_at),
    dimensions jsonb       NOT NULL, -- values that a series must have; all series where empty
    reason     text        NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX detection_exclusions_by_id ON detection_exclusions (id);
CREATE INDEX detection_exclusions_by_stream ON detection_exclusions (tenant_id, stream_id, starts_at, id);

-- What people say of anomalies, with what training needs of these: the anomalies themselves may be gone.
CREATE TABLE anomaly_feedback (
    tenant_id      text        NOT NULL,
    stream_id      uuid        NOT NULL,
    anomaly_id     uuid        NOT NULL,
    window_end     timestamptz NOT NULL,
    window_seconds integer     NOT NULL,
    series_id      uuid        NOT NULL,
    dimensions     jsonb       NOT NULL,
    measure        text        NOT NULL,
    verdict        boolean     NOT NULL, -- whether it was one
    note           text        NOT NULL,
    said_at        timestamptz NOT NULL,
    said_by        text        NOT NULL,
    PRIMARY KEY (tenant_id, stream_id, anomaly_id),
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX anomaly_feedback_by_time ON anomaly_feedback (tenant_id, stream_id, said_at, anomaly_id);

-- Version of the model that said it; null where the past of the measure itself did.
ALTER TABLE anomalies ADD COLUMN model bigint;

-- Feedback names an anomaly by its id alone.
CREATE INDEX anomalies_by_id ON anomalies (tenant_id, stream_id, anomaly_id);

-- Row-level security, also for the owner.
ALTER TABLE models               ENABLE ROW LEVEL SECURITY;
ALTER TABLE models               FORCE  ROW LEVEL SECURITY;
ALTER TABLE trainings            ENABLE ROW LEVEL SECURITY;
ALTER TABLE trainings            FORCE  ROW LEVEL SECURITY;
ALTER TABLE detection_settings   ENABLE ROW LEVEL SECURITY;
ALTER TABLE detection_settings   FORCE  ROW LEVEL SECURITY;
ALTER TABLE detection_exclusions ENABLE ROW LEVEL SECURITY;
ALTER TABLE detection_exclusions FORCE  ROW LEVEL SECURITY;
ALTER TABLE anomaly_feedback     ENABLE ROW LEVEL SECURITY;
ALTER TABLE anomaly_feedback     FORCE  ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON models
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON trainings
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON detection_settings
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON detection_exclusions
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON anomaly_feedback
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON models, trainings, detection_settings, detection_exclusions,
    anomaly_feedback TO streamgauge_app;
GRANT SELECT, DELETE ON models, trainings, detection_settings, detection_exclusions, anomaly_feedback
    TO streamgauge_system;

-- Whose trainings have work for a trainer at a moment: one waits, or one has ended with its process.
CREATE FUNCTION tenants_with_trainings(moment timestamptz) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT tenant_id FROM trainings
        WHERE state = 'queued' OR state = 'running' AND leased_until < moment
        GROUP BY tenant_id ORDER BY min(requested_at);
    END;
GRANT SELECT (tenant_id, id, state, leased_until, requested_at) ON trainings TO streamgauge_lookup;
CREATE POLICY lookup ON trainings FOR SELECT TO streamgauge_lookup USING (true);
GRANT CREATE ON SCHEMA public TO streamgauge_lookup; -- needed to become an owner
ALTER FUNCTION tenants_with_trainings(timestamptz) OWNER TO streamgauge_lookup;
REVOKE CREATE ON SCHEMA public FROM streamgauge_lookup;
REVOKE ALL ON FUNCTION tenants_with_trainings(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_with_trainings(timestamptz) TO streamgauge_system;

-- Whose a resource is, the new kinds as well.
CREATE OR REPLACE FUNCTION tenant_of_resource(resource_id text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    wanted uuid;
BEGIN
    IF resource_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        RETURN (SELECT id FROM tenants WHERE id = resource_id);
    END IF;
    wanted := resource_id::uuid;
    RETURN (
        SELECT tenant_id FROM streams WHERE id = wanted
        UNION ALL SELECT tenant_id FROM series WHERE id = wanted
        UNION ALL SELECT tenant_id FROM alerts WHERE id = wanted
        UNION ALL SELECT tenant_id FROM alert_instances WHERE id = wanted
        UNION ALL SELECT tenant_id FROM silences WHERE id = wanted
        UNION ALL SELECT tenant_id FROM models WHERE id = wanted
        UNION ALL SELECT tenant_id FROM trainings WHERE id = wanted
        UNION ALL SELECT tenant_id FROM detection_exclusions WHERE id = wanted
        UNION ALL SELECT tenant_id FROM api_keys WHERE id = wanted
        UNION ALL SELECT tenant_id FROM audit_log WHERE id = wanted
        LIMIT 1);
END
$$;
CREATE POLICY lookup ON models               FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON detection_exclusions FOR SELECT TO streamgauge_lookup USING (true);
GRANT SELECT (tenant_id, id) ON models, detection_exclusions TO streamgauge_lookup;
