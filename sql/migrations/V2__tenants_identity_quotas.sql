-- Tiers, quotas, users, API keys and the audit log.

-- Owns the few functions below that must see more than one tenant, before it is known whose data a
-- request is about. Nobody can log in as it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'streamgauge_lookup') THEN
        CREATE ROLE streamgauge_lookup NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
END
$$;
GRANT streamgauge_lookup TO CURRENT_USER; -- to hand functions over; does nothing for a superuser

-- What is limited. Where it is counted, a trigger keeps quota_used equal to the number of rows.
CREATE TABLE resource_types (
    name    text    PRIMARY KEY CHECK (name ~ '^[a-z]+(-[a-z]+)*$'),
    counted boolean NOT NULL
);
INSERT INTO resource_types (name, counted) VALUES
    ('streams', true),
    ('alerts', true),
    ('api-keys', true),
    ('members', true),
    ('series-per-stream', false),
    ('events-per-second', false),
    ('requests-per-hour', false),
    ('live-connections', false),
    ('live-subscriptions', false),
    ('retention-days', false);

CREATE TABLE tiers (
    name text    PRIMARY KEY CHECK (name ~ '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'),
    rank integer NOT NULL UNIQUE -- the higher, the more
);
INSERT INTO tiers (name, rank) VALUES ('copper', 1), ('silver', 2), ('gold', 3), ('platinum', 4);

CREATE TABLE tier_quotas (
    tier          text   NOT NULL REFERENCES tiers (name) ON UPDATE CASCADE ON DELETE CASCADE,
    resource_type text   NOT NULL REFERENCES resource_types (name),
    quota_limit   bigint NOT NULL CHECK (quota_limit >= 0),
    PRIMARY KEY (tier, resource_type)
);
INSERT INTO tier_quotas (tier, resource_type, quota_limit)
SELECT tier, resource_type, quota_limit
FROM (VALUES
    ('streams',                10,     50,     250,     1000),
    ('alerts',                 20,    200,    2000,    10000),
    ('api-keys',                5,     20,     100,     1000),
    ('members',                 5,     50,     500,     5000),
    ('series-per-stream',    1000,  10000,  100000,  1000000),
    ('events-per-second',     100,   1000,   10000,   100000),
    ('requests-per-hour',     100,   1000,   10000,   100000),
    ('live-connections',       10,    100,    1000,    10000),
    ('live-subscriptions',     50,    500,    5000,    50000),
    ('retention-days',          7,     30,      90,      365)
) AS matrix (resource_type, copper, silver, gold, platinum)
CROSS JOIN LATERAL (VALUES
    ('copper', copper), ('silver', silver), ('gold', gold), ('platinum', platinum)
) AS quotas (tier, quota_limit);

ALTER TABLE tenants
    ADD COLUMN tier           text        NOT NULL DEFAULT 'copper' REFERENCES tiers (name) ON UPDATE CASCADE,
    ADD COLUMN version        bigint      NOT NULL DEFAULT 1 CHECK (version >= 1),
    ADD COLUMN updated_at     timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN deleting_since timestamptz; -- NULL while it is not being deleted

-- A limit of NULL is the tier's.
CREATE TABLE tenant_resources (
    tenant_id     text   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    resource_type text   NOT NULL REFERENCES resource_types (name),
    quota_limit   bigint CHECK (quota_limit >= 0),
    quota_used    bigint NOT NULL DEFAULT 0 CHECK (quota_used >= 0),
    PRIMARY KEY (tenant_id, resource_type)
);

-- People and machines of an identity provider. One can be a member of several tenants.
CREATE TABLE users (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    issuer     text        NOT NULL,
    subject    text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (issuer, subject)
);

CREATE TABLE memberships (
    tenant_id  text        NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    user_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       text        NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    name       text        NOT NULL DEFAULT '', -- for display; what one tenant calls a user is not another's to see
    version    bigint      NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

-- The prefix finds a key; of its secret, which has 256 random bits, only the SHA-256 is kept.
CREATE TABLE api_keys (
    tenant_id   text        NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id          uuid        NOT NULL,
    name        text        NOT NULL,
    prefix      text        NOT NULL UNIQUE,
    secret_hash bytea       NOT NULL CHECK (octet_length(secret_hash) = 32),
    scopes      text[]      NOT NULL,
    version     bigint      NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_by  text        NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz, -- NULL is never
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

-- Who did what. A row without a tenant is about the platform, as the end of a tenant is.
CREATE TABLE audit_log (
    number         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id             uuid        NOT NULL DEFAULT gen_random_uuid(),
    tenant_id      text,
    at             timestamptz NOT NULL,
    actor_kind     text        NOT NULL,
    actor          text        NOT NULL,
    action         text        NOT NULL,
    resource_type  text        NOT NULL,
    resource_id    text        NOT NULL,
    remote_address text        NOT NULL,
    request_id     text        NOT NULL,
    before         jsonb,
    after          jsonb
);
CREATE INDEX audit_log_by_tenant ON audit_log (tenant_id, at, number);

-- Tenants that are, or were, deleted. Their ids are not given out again: events of before may still
-- be in Kafka.
CREATE TABLE tenant_deletions (
    tenant_id    text        PRIMARY KEY,
    requested_at timestamptz NOT NULL,
    requested_by text        NOT NULL,
    deleted_rows bigint      NOT NULL DEFAULT 0,
    finished_at  timestamptz
);

CREATE UNIQUE INDEX streams_by_id ON streams (id);
CREATE INDEX series_by_id ON series (id);
CREATE UNIQUE INDEX api_keys_by_id ON api_keys (id);
CREATE UNIQUE INDEX audit_log_by_id ON audit_log (id);

-- The tenants that there are; their policies bind whoever migrates, too, unless lifted for this moment.
ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
ALTER TABLE streams NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenant_resources (tenant_id, resource_type, quota_used)
SELECT t.id, r.name,
    CASE WHEN r.name = 'streams' THEN (SELECT count(*) FROM streams s WHERE s.tenant_id = t.id) ELSE 0 END
FROM tenants t CROSS JOIN resource_types r;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE streams FORCE ROW LEVEL SECURITY;

-- Row-level security, also for the owner.
ALTER TABLE tenant_resources ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_resources FORCE  ROW LEVEL SECURITY;
ALTER TABLE users            ENABLE ROW LEVEL SECURITY;
ALTER TABLE users            FORCE  ROW LEVEL SECURITY;
ALTER TABLE memberships      ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships      FORCE  ROW LEVEL SECURITY;
ALTER TABLE api_keys         ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys         FORCE  ROW LEVEL SECURITY;
ALTER TABLE audit_log        ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log        FORCE  ROW LEVEL SECURITY;
ALTER TABLE tenant_deletions ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_deletions FORCE  ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON tenant_resources
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON memberships
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON api_keys
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY own_tenant ON audit_log
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
-- A tenant sees the users that are its members; the subquery is under the policy of memberships.
CREATE POLICY members_of_own_tenant ON users FOR SELECT TO streamgauge_app
    USING (EXISTS (SELECT FROM memberships m WHERE m.user_id = users.id));

-- The operator of the platform administers tenants through the system's role: their rows and quotas,
-- not their data.
CREATE POLICY platform ON tenants TO streamgauge_system USING (true) WITH CHECK (true);
CREATE POLICY platform ON tenant_resources TO streamgauge_system USING (true) WITH CHECK (true);
CREATE POLICY platform_reads ON audit_log FOR SELECT TO streamgauge_system USING (true);
CREATE POLICY platform_appends ON audit_log FOR INSERT TO streamgauge_system WITH CHECK (true);
CREATE POLICY platform ON tenant_deletions TO streamgauge_system USING (true) WITH CHECK (true);

CREATE POLICY lookup ON tenants     FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON streams     FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON series      FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON api_keys    FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON audit_log   FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON memberships FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON users       FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY registration ON users FOR INSERT TO streamgauge_lookup WITH CHECK (true);

GRANT SELECT                         ON resource_types, tiers, tier_quotas TO streamgauge_app, streamgauge_system;
GRANT SELECT                         ON tenant_resources TO streamgauge_app;
GRANT SELECT                         ON users            TO streamgauge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships      TO streamgauge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys         TO streamgauge_app;
GRANT SELECT, INSERT                 ON audit_log        TO streamgauge_app;
GRANT INSERT, UPDATE, DELETE, SELECT ON tenants          TO streamgauge_system;
GRANT SELECT, UPDATE                 ON tenant_resources TO streamgauge_system;
GRANT SELECT, INSERT, UPDATE         ON tenant_deletions TO streamgauge_system;
GRANT SELECT, INSERT, DELETE         ON audit_log        TO streamgauge_system;
GRANT SELECT, DELETE                 ON memberships, api_keys TO streamgauge_system;
GRANT DELETE                         ON streams, series, aggregates, rejected_events TO streamgauge_system;
GRANT INSERT                         ON outbox           TO streamgauge_system;
-- With a tenant set, as the application: for the end of a tenant.
CREATE POLICY own_tenant_of_system ON outbox FOR INSERT TO streamgauge_system
    WITH CHECK (tenant_id = current_tenant());
GRANT SELECT ON tenants, streams, series, api_keys, audit_log, memberships TO streamgauge_lookup;
GRANT SELECT, INSERT ON users TO streamgauge_lookup;

-- Every tenant has a row for each resource type, from its first moment.
CREATE FUNCTION add_tenant_resources() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO tenant_resources (tenant_id, resource_type)
    SELECT NEW.id, name FROM resource_types;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION add_tenant_resources() FROM PUBLIC;
CREATE TRIGGER resources AFTER INSERT ON tenants
    FOR EACH ROW EXECUTE FUNCTION add_tenant_resources();

-- Counts a row of a counted resource, in the transaction that writes it. Two transactions that want the
-- last place queue at the row of tenant_resources: the second sees what the first has taken.
CREATE FUNCTION count_resource() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    counted_type text := TG_ARGV[0];
    used bigint;
    most bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE tenant_resources SET quota_used = quota_used - 1
        WHERE tenant_id = OLD.tenant_id AND resource_type = counted_type;
        RETURN NULL;
    END IF;
    UPDATE tenant_resources r SET quota_used = r.quota_used + 1
    FROM tenants t JOIN tier_quotas q ON q.tier = t.tier
    WHERE r.tenant_id = NEW.tenant_id AND r.resource_type = counted_type
        AND t.id = r.tenant_id AND q.resource_type = r.resource_type
    RETURNING r.quota_used, coalesce(r.quota_limit, q.quota_limit) INTO used, most;
    IF used IS NULL THEN
        RAISE EXCEPTION 'quota of %: not known for tenant %', counted_type, NEW.tenant_id;
    END IF;
    IF used > most THEN
        -- The detail is for programs; what it says is used is without this row.
        RAISE EXCEPTION 'quota of %: % used, % allowed', counted_type, used, most
            USING ERRCODE = 'SG001', DETAIL = concat_ws(' ', counted_type, most, used - 1);
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION count_resource() FROM PUBLIC;
CREATE TRIGGER quota AFTER INSERT OR DELETE ON streams
    FOR EACH ROW EXECUTE FUNCTION count_resource('streams');
CREATE TRIGGER quota AFTER INSERT OR DELETE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION count_resource('api-keys');
CREATE TRIGGER quota AFTER INSERT OR DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION count_resource('members');

-- The audit log only grows. A tenant's rows go when the tenant itself is gone.
CREATE FUNCTION refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.tenant_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM tenants WHERE id = OLD.tenant_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_log: % (expected: INSERT or SELECT, it is append-only)', TG_OP
        USING ERRCODE = 'SG002';
END
$$;
REVOKE ALL ON FUNCTION refuse_audit_change() FROM PUBLIC;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Whose a resource is: a tenant's own id, or the UUID of anything that belongs to one. NULL where there
-- is no such thing.
CREATE FUNCTION tenant_of_resource(resource_id text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    key uuid;
BEGIN
    IF resource_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        RETURN (SELECT id FROM tenants WHERE id = resource_id);
    END IF;
    key := resource_id::uuid;
    RETURN (
        SELECT tenant_id FROM streams WHERE id = key
        UNION ALL SELECT tenant_id FROM series WHERE id = key
        UNION ALL SELECT tenant_id FROM api_keys WHERE id = key
        UNION ALL SELECT tenant_id FROM audit_log WHERE id = key
        LIMIT 1);
END
$$;

-- Whether a user may reach a resource at all: it belongs to an active tenant of which the user is a
-- member. What the user may do with it is the role's to say.
CREATE FUNCTION check_tenant_access(user_id uuid, resource_id text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    RETURN EXISTS (
        SELECT FROM memberships m JOIN tenants t ON t.id = m.tenant_id
        WHERE m.user_id = check_tenant_access.user_id
            AND m.tenant_id = tenant_of_resource(check_tenant_access.resource_id)
            AND t.active AND t.deleting_since IS NULL);

-- The key of a credential, before it is known whose it is.
CREATE FUNCTION find_api_key(key_prefix text)
    RETURNS TABLE (tenant_id text, id uuid, name text, secret_hash bytea, scopes text[], expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT k.tenant_id, k.id, k.name, k.secret_hash, k.scopes, k.expires_at
        FROM api_keys k WHERE k.prefix = find_api_key.key_prefix;
    END;

-- The tenants of someone whose token names none.
CREATE FUNCTION memberships_of(user_issuer text, user_subject text)
    RETURNS TABLE (tenant_id text, role text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT m.tenant_id, m.role
        FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE u.issuer = memberships_of.user_issuer AND u.subject = memberships_of.user_subject;
    END;

-- The id of a user, who may be known already as a member of tenants that the caller cannot see.
CREATE FUNCTION ensure_user(user_issuer text, user_subject text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO users (issuer, subject) VALUES (user_issuer, user_subject)
    ON CONFLICT (issuer, subject) DO NOTHING;
    RETURN (SELECT id FROM users WHERE issuer = user_issuer AND subject = user_subject);
END
$$;

GRANT CREATE ON SCHEMA public TO streamgauge_lookup; -- needed to become an owner
ALTER FUNCTION tenant_of_resource(text)        OWNER TO streamgauge_lookup;
ALTER FUNCTION check_tenant_access(uuid, text) OWNER TO streamgauge_lookup;
ALTER FUNCTION find_api_key(text)              OWNER TO streamgauge_lookup;
ALTER FUNCTION memberships_of(text, text)      OWNER TO streamgauge_lookup;
ALTER FUNCTION ensure_user(text, text)         OWNER TO streamgauge_lookup;
-- Under the policies of the migrating owner it might not see the tenant, and let the rows go.
ALTER FUNCTION refuse_audit_change()           OWNER TO streamgauge_lookup;
REVOKE CREATE ON SCHEMA public FROM streamgauge_lookup;

REVOKE ALL ON FUNCTION tenant_of_resource(text)        FROM PUBLIC;
REVOKE ALL ON FUNCTION check_tenant_access(uuid, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION find_api_key(text)              FROM PUBLIC;
REVOKE ALL ON FUNCTION memberships_of(text, text)      FROM PUBLIC;
REVOKE ALL ON FUNCTION ensure_user(text, text)         FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_tenant_access(uuid, text) TO streamgauge_app;
GRANT EXECUTE ON FUNCTION find_api_key(text)              TO streamgauge_app;
GRANT EXECUTE ON FUNCTION memberships_of(text, text)      TO streamgauge_app;
GRANT EXECUTE ON FUNCTION ensure_user(text, text)         TO streamgauge_app;
