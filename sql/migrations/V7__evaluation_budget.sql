-- What the judging of alerts may cost, and how far it is.

ALTER TABLE alert_status
    ADD COLUMN throttled       bigint NOT NULL DEFAULT 0, -- evaluations left out for the tenant's budget
    ADD COLUMN throttled_until timestamptz;               -- of the platform's clock

-- Up to where each subtask of the alerting job has judged everything, and when it said so. Of no tenant.
CREATE TABLE alerting_clocks (
    subtask     integer     PRIMARY KEY,
    parallelism integer     NOT NULL,
    clock       timestamptz NOT NULL, -- the platform's
    at          timestamptz NOT NULL  -- of the job's machine
);
GRANT SELECT                 ON alerting_clocks TO streamgauge_app;
GRANT SELECT, INSERT, UPDATE ON alerting_clocks TO streamgauge_system;

-- A new quota, as in V4.
INSERT INTO resource_types (name, counted) VALUES ('evaluation-cost-per-second', false);
INSERT INTO tier_quotas (tier, resource_type, quota_limit)
SELECT tier, 'evaluation-cost-per-second', quota_limit
FROM (VALUES ('copper', 20000), ('silver', 100000), ('gold', 250000), ('platinum', 500000))
    AS quotas (tier, quota_limit)
JOIN tiers ON tiers.name = tier;
-- A tier of an operator's own has what the nearest one below it has, or else the lowest.
INSERT INTO tier_quotas (tier, resource_type, quota_limit)
SELECT t.name, 'evaluation-cost-per-second', coalesce(
    (SELECT q.quota_limit FROM tier_quotas q JOIN tiers b ON b.name = q.tier
     WHERE q.resource_type = 'evaluation-cost-per-second' AND b.rank < t.rank
     ORDER BY b.rank DESC LIMIT 1),
    (SELECT min(q.quota_limit) FROM tier_quotas q
     WHERE q.resource_type = 'evaluation-cost-per-second'),
    20000)
FROM tiers t
ON CONFLICT DO NOTHING;

-- As before, with the cost.
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
                'openInstancesPerAlert', greatest(1, least(limits.instances, 2147483647)),
                'evaluationCostPerSecond', greatest(1, least(limits.cost, 2147483647)))::text,
            'UTF8')
        FROM tenants t
        CROSS JOIN LATERAL (
            SELECT
                max(l.most) FILTER (WHERE l.resource_type = 'series-per-stream') AS series,
                max(l.most) FILTER (WHERE l.resource_type = 'partial-matches-per-key') AS matches,
                max(l.most) FILTER (WHERE l.resource_type = 'open-instances-per-alert') AS instances,
                max(l.most) FILTER (WHERE l.resource_type = 'evaluation-cost-per-second') AS cost
            FROM (
                SELECT types.name AS resource_type, coalesce(r.quota_limit, q.quota_limit) AS most
                FROM (VALUES
                    ('series-per-stream'), ('partial-matches-per-key'), ('open-instances-per-alert'),
                    ('evaluation-cost-per-second')
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
    IF changed_type NOT IN ('series-per-stream', 'partial-matches-per-key', 'open-instances-per-alert',
        'evaluation-cost-per-second') THEN
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

-- The tenants that there are get their rows, and the jobs hear of the new limit.
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
