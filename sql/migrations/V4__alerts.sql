-- Alerts: their definitions and versions, what the jobs say of them, their instances, and silences.

-- The row that everything of an alert is locked by. What it says is in its versions.
CREATE TABLE alerts (
    tenant_id      text        NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id             uuid        NOT NULL,
    name           text        NOT NULL,
    stream_id      uuid,                 -- NULL where the alert is a composite
    active_version bigint      NOT NULL CHECK (active_version >= 1),
    shadow_version bigint      CHECK (shadow_version >= 1),
    draining       bigint[]    NOT NULL DEFAULT '{}', -- versions that finish what they began
    last_version   bigint      NOT NULL CHECK (last_version >= active_version), -- numbers are used once
    paused         boolean     NOT NULL DEFAULT false,
    revision       bigint      NOT NULL CHECK (revision >= 1), -- one more with each change of any kind
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name),
    -- A stream goes after its alerts.
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id)
);
CREATE UNIQUE INDEX alerts_by_id ON alerts (id);
CREATE INDEX alerts_by_stream ON alerts (tenant_id, stream_id);

-- What an alert said and says; a version never changes.
CREATE TABLE alert_versions (
    tenant_id  text        NOT NULL,
    alert_id   uuid        NOT NULL,
    number     bigint      NOT NULL CHECK (number >= 1),
    spec       jsonb       NOT NULL, -- as in the REST API, see contracts
    created_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    note       text        NOT NULL DEFAULT '', -- how it came about
    PRIMARY KEY (tenant_id, alert_id, number),
    FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts (tenant_id, id) ON DELETE CASCADE
);

-- Which alerts the running versions of a composite name. A member goes after its composites.
CREATE TABLE alert_members (
    tenant_id text NOT NULL,
    alert_id  uuid NOT NULL,
    reference text NOT NULL, -- an id or a name, as the specification has it
    member_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, alert_id, reference),
    FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, member_id) REFERENCES alerts (tenant_id, id)
);
CREATE INDEX alert_members_by_member ON alert_members (tenant_id, member_id);

-- The last that each subtask of the job said of each version. Written where the alert can be locked.
CREATE TABLE alert_status (
    tenant_id               text        NOT NULL,
    alert_id                uuid        NOT NULL,
    version                 bigint      NOT NULL,
    subtask                 integer     NOT NULL,
    parallelism             integer     NOT NULL,
    revision                bigint      NOT NULL, -- of the definition that was applied
    state                   text        NOT NULL CHECK (state IN ('active', 'quarantined', 'ended')),
    effective_from          timestamptz NOT NULL,
    errors                  bigint      NOT NULL,
    last_error              text,
    dropped_partial_matches bigint      NOT NULL,
    dropped_instances       bigint      NOT NULL,
    at                      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, alert_id, version, subtask),
    FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts (tenant_id, id) ON DELETE CASCADE
);

-- What came of alerts. A transition names its instance and its state, and of an instance each state
-- occurs once: written again, it changes nothing. No foreign key to the alert: its history outlives it,
-- until the tenant's days of retention are over. With one to the tenant, for whose key's lock there is
-- time at the rate at which instances change: none comes after the tenant is gone.
CREATE TABLE alert_instances (
    id           uuid        NOT NULL, -- derived from tenant, alert, version, key and start
    tenant_id    text        NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    alert_id     uuid        NOT NULL,
    name         text        NOT NULL, -- the alert's
    version      bigint      NOT NULL,
    shadow       boolean     NOT NULL,
    stream_id    uuid,                 -- NULL where the alert is a composite
    fingerprint  text        NOT NULL,
    key          jsonb       NOT NULL, -- strings by dimension
    state        text        NOT NULL CHECK (state IN ('pending', 'firing', 'resolved', 'dismissed')),
    reason       text,                 -- why it ended
    started_at   timestamptz NOT NULL,
    fired_at     timestamptz,
    ended_at     timestamptz CHECK ((ended_at IS NULL) = (state IN ('pending', 'firing'))),
    severity     text        NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    labels       jsonb       NOT NULL, -- strings by name
    annotations  jsonb       NOT NULL, -- rendered, by name
    evidence     jsonb       NOT NULL, -- of its firing; of its beginning before that
    end_evidence jsonb,
    acked_at     timestamptz,
    acked_by     text,
    ack_note     text,
    updated_at   timestamptz NOT NULL, -- when it came to its state
    PRIMARY KEY (id, tenant_id) -- in this order: an id alone finds it, too
);
CREATE INDEX alert_instances_by_start ON alert_instances (tenant_id, alert_id, started_at, id);
CREATE INDEX alert_instances_open ON alert_instances (tenant_id, started_at, id) WHERE ended_at IS NULL;
CREATE INDEX alert_instances_open_of_alert ON alert_instances (tenant_id, alert_id) WHERE ended_at IS NULL;
CREATE INDEX alert_instances_ended ON alert_instances (tenant_id, ended_at) WHERE ended_at IS NOT NULL;

-- Instances whose labels match are not notified of meanwhile.
CREATE TABLE silences (
    tenant_id  text        NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id         uuid        NOT NULL,
    matchers   jsonb       NOT NULL, -- as in the REST API
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL CHECK (ends_at > starts_at),
    reason     text        NOT NULL,
    created_by text        NOT NULL,
    version    bigint      NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX silences_by_id ON silences (id);
CREATE INDEX silences_by_end ON silences (tenant_id, ends_at, id);

-- Row-level security, also for the owner.
ALTER TABLE alerts          ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts          FORCE  ROW LEVEL SECURITY;
ALTER TABLE alert_versions  ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_versions  FORCE  ROW LEVEL SECURITY;
ALTER TABLE alert_members   ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_members   FORCE  ROW LEVEL SECURITY;
ALTER TABLE alert_status    ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_status    FORCE  ROW LEVEL SECURITY;
ALTER TABLE alert_instances ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_instances FORCE  ROW LEVEL SECURITY;
ALTER TABLE silences        ENABLE ROW LEVEL SECURITY;
ALTER TABLE silences        FORCE  ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON alerts
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON alert_versions
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON alert_members
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON alert_status
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON alert_instances
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON silences
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON alerts, silences               TO streamgauge_app;
GRANT SELECT, INSERT, DELETE         ON alert_versions, alert_members  TO streamgauge_app;
GRANT SELECT                         ON alert_status, alert_instances  TO streamgauge_app;
GRANT UPDATE (acked_at, acked_by, ack_note) ON alert_instances         TO streamgauge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_status, alert_instances  TO streamgauge_system;
GRANT SELECT, UPDATE, DELETE         ON alerts                         TO streamgauge_system; -- UPDATE: to lock rows
GRANT SELECT, DELETE                 ON alert_versions, alert_members, silences TO streamgauge_system;

-- New quotas. Policies bind whoever migrates, too, unless lifted for this moment.
INSERT INTO resource_types (name, counted) VALUES
    ('silences', true),
    ('partial-matches-per-key', false),
    ('open-instances-per-alert', false);
INSERT INTO tier_quotas (tier, resource_type, quota_limit)
SELECT tier, resource_type, quota_limit
FROM (VALUES
    ('silences',                  20,   200,  2000,  10000),
    ('partial-matches-per-key',   20,   100,   500,   1000),
    ('open-instances-per-alert', 100,  1000, 10000, 100000)
) AS matrix (resource_type, copper, silver, gold, platinum)
CROSS JOIN LATERAL (VALUES
    ('copper', copper), ('silver', silver), ('gold', gold), ('platinum', platinum)
) AS quotas (tier, quota_limit)
JOIN tiers ON tiers.name = tier;
-- A tier of an operator's own has what the nearest one below it has, or else the lowest.
INSERT INTO tier_quotas (tier, resource_type, quota_limit)
SELECT t.name, new.name, coalesce(
    (SELECT q.quota_limit FROM tier_quotas q JOIN tiers b ON b.name = q.tier
     WHERE q.resource_type = new.name AND b.rank < t.rank ORDER BY b.rank DESC LIMIT 1),
    (SELECT min(q.quota_limit) FROM tier_quotas q WHERE q.resource_type = new.name),
    0)
FROM tiers t
CROSS JOIN (VALUES ('silences'), ('partial-matches-per-key'), ('open-instances-per-alert')) AS new (name)
ON CONFLICT DO NOTHING;

CREATE TRIGGER quota AFTER INSERT OR DELETE ON alerts
    FOR EACH ROW EXECUTE FUNCTION count_resource('alerts');
CREATE TRIGGER quota AFTER INSERT OR DELETE ON silences
    FOR EACH ROW EXECUTE FUNCTION count_resource('silences');

-- As before, with the limits of alerts.
CREATE OR REPLACE FUNCTION tenant_policy(tenant text) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT convert_to(
            json_build_object(
                'tenant', t.id,
                'version', t.version,
                'active', t.active AND t.deleting_since IS NULL,
                'seriesPerStream', coalesce(limits.series, 0),
                -- At least one, and what an int holds: what the contract takes.
                'partialMatchesPerKey', greatest(1, least(limits.matches, 2147483647)),
                'openInstancesPerAlert', greatest(1, least(limits.instances, 2147483647)))::text,
            'UTF8')
        FROM tenants t
        CROSS JOIN LATERAL (
            SELECT
                max(l.most) FILTER (WHERE l.resource_type = 'series-per-stream') AS series,
                max(l.most) FILTER (WHERE l.resource_type = 'partial-matches-per-key') AS matches,
                max(l.most) FILTER (WHERE l.resource_type = 'open-instances-per-alert') AS instances
            FROM (
                SELECT types.name AS resource_type, coalesce(r.quota_limit, q.quota_limit) AS most
                FROM (VALUES
                    ('series-per-stream'), ('partial-matches-per-key'), ('open-instances-per-alert')
                ) AS types (name)
                LEFT JOIN tenant_resources r ON r.tenant_id = t.id AND r.resource_type = types.name
                LEFT JOIN tier_quotas q ON q.tier = t.tier AND q.resource_type = types.name
            ) AS l
        ) AS limits
        WHERE t.id = tenant_policy.tenant;
    END;

-- As before, for each of the limits that the jobs hold.
CREATE OR REPLACE FUNCTION change_tenants_of_tier() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    changed_type text := coalesce(NEW.resource_type, OLD.resource_type);
BEGIN
    IF changed_type NOT IN ('series-per-stream', 'partial-matches-per-key', 'open-instances-per-alert') THEN
        RETURN NULL;
    END IF;
    -- Else a tenant that came to the tier meanwhile would be left with the limit of before.
    LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE;
    UPDATE tenants t SET version = t.version + 1
    FROM tenant_resources r
    WHERE t.tier = coalesce(NEW.tier, OLD.tier) AND t.xmin <> pg_current_xact_id()::xid
        AND r.tenant_id = t.id AND r.resource_type = changed_type AND r.quota_limit IS NULL;
    RETURN NULL;
END
$$;

-- The tenants that there are get their rows, and the jobs hear of the new limits.
ALTER TABLE tenants          NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_resources NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenant_resources (tenant_id, resource_type)
SELECT t.id, r.name FROM tenants t CROSS JOIN resource_types r
ON CONFLICT DO NOTHING;
UPDATE tenants SET version = version + 1 WHERE xmin <> pg_current_xact_id()::xid;
SET CONSTRAINTS announce IMMEDIATE; -- a table with pending triggers cannot be altered
SET CONSTRAINTS announce DEFERRED;
ALTER TABLE tenants          FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_resources FORCE ROW LEVEL SECURITY;

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
        UNION ALL SELECT tenant_id FROM api_keys WHERE id = wanted
        UNION ALL SELECT tenant_id FROM audit_log WHERE id = wanted
        LIMIT 1);
END
$$;
CREATE POLICY lookup ON alerts          FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON alert_instances FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON silences        FOR SELECT TO streamgauge_lookup USING (true);
GRANT SELECT (tenant_id, id) ON alerts, alert_instances, silences TO streamgauge_lookup;
