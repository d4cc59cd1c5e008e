-- What the jobs hear of a tenant, and how a tenant ends.

-- A transaction makes one version of a tenant, whoever runs it and whatever it changes. What it has
-- changed already bears its id; an update to the same values must not, and is none therefore.
CREATE FUNCTION next_tenant_version() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public
AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION next_tenant_version() FROM PUBLIC;
CREATE TRIGGER version BEFORE UPDATE ON tenants
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.* AND OLD.xmin <> pg_current_xact_id()::xid)
    EXECUTE FUNCTION next_tenant_version();
CREATE TRIGGER without_change BEFORE UPDATE ON tenants -- after the one above, by its name
    FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();

-- The policy as the contract's TenantPolicyCodec has it; NULL where there is no such tenant.
CREATE FUNCTION tenant_policy(tenant text) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT convert_to(
            json_build_object(
                'tenant', t.id,
                'version', t.version,
                'active', t.active AND t.deleting_since IS NULL,
                'seriesPerStream', coalesce(r.quota_limit, q.quota_limit, 0))::text,
            'UTF8')
        FROM tenants t
        LEFT JOIN tenant_resources r ON r.tenant_id = t.id AND r.resource_type = 'series-per-stream'
        LEFT JOIN tier_quotas q ON q.tier = t.tier AND q.resource_type = 'series-per-stream'
        WHERE t.id = tenant_policy.tenant;
    END;

-- At the end of the transaction, so that one message tells of all that it changed: of its updates, the
-- last. The row is locked by then, as the order of the outbox needs it.
CREATE FUNCTION announce_tenant() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO outbox (tenant_id, message_key) VALUES (OLD.id, 'tenant/' || OLD.id);
    ELSIF EXISTS (SELECT FROM tenants t WHERE t.id = NEW.id AND t.* IS NOT DISTINCT FROM NEW.*) THEN
        INSERT INTO outbox (tenant_id, message_key, payload)
        VALUES (NEW.id, 'tenant/' || NEW.id, tenant_policy(NEW.id));
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION announce_tenant() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON tenants
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION announce_tenant();

-- A quota is a part of its tenant.
CREATE FUNCTION change_tenant_of_quota() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE tenants SET version = version + 1
    WHERE id = NEW.tenant_id AND xmin <> pg_current_xact_id()::xid;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION change_tenant_of_quota() FROM PUBLIC;
CREATE TRIGGER changed AFTER UPDATE OF quota_limit ON tenant_resources
    FOR EACH ROW WHEN (OLD.quota_limit IS DISTINCT FROM NEW.quota_limit)
    EXECUTE FUNCTION change_tenant_of_quota();

-- A tenant for which a tier's change sets another limit has changed.
CREATE FUNCTION change_tenants_of_tier() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF coalesce(NEW.resource_type, OLD.resource_type) <> 'series-per-stream' THEN
        RETURN NULL;
    END IF;
    -- Else a tenant that came to the tier meanwhile would be left with the limit of before.
    LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE;
    UPDATE tenants t SET version = t.version + 1
    FROM tenant_resources r
    WHERE t.tier = coalesce(NEW.tier, OLD.tier) AND t.xmin <> pg_current_xact_id()::xid
        AND r.tenant_id = t.id AND r.resource_type = 'series-per-stream' AND r.quota_limit IS NULL;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION change_tenants_of_tier() FROM PUBLIC;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tier_quotas
    FOR EACH ROW EXECUTE FUNCTION change_tenants_of_tier();

-- Also for whoever inserts tenants by hand.
CREATE FUNCTION refuse_id_of_deleted_tenant() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM tenant_deletions WHERE tenant_id = NEW.id) THEN
        RAISE EXCEPTION 'duplicate key: tenants.id % is that of a deleted tenant (expected: a new id)', NEW.id
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION refuse_id_of_deleted_tenant() FROM PUBLIC;
CREATE TRIGGER id_is_new BEFORE INSERT ON tenants
    FOR EACH ROW EXECUTE FUNCTION refuse_id_of_deleted_tenant();

-- Whose rows a day's partition has; a look into its index for each tenant that is there, however many
-- rows these have.
CREATE FUNCTION tenants_in_day(parent text, day date) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    time_column text := CASE parent WHEN 'aggregates' THEN 'window_start'
                                    WHEN 'rejected_events' THEN 'arrived_at' END;
    tenant text := '';
BEGIN
    IF time_column IS NULL THEN
        RAISE EXCEPTION 'parent: % (expected: aggregates or rejected_events)', parent;
    END IF;
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

-- Removes those of the users who are members of no tenant any more, and says how many.
CREATE FUNCTION remove_users_without_tenant(candidates uuid[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    removed integer;
BEGIN
    -- Locked in a statement before: the next one sees who has become a member until then, and nobody
    -- can become one after that.
    PERFORM FROM users WHERE id = ANY (candidates) ORDER BY id FOR UPDATE;
    DELETE FROM users u
    WHERE u.id = ANY (candidates) AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

-- As before, and keeps the user until the transaction ends that makes it a member.
CREATE OR REPLACE FUNCTION ensure_user(user_issuer text, user_subject text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    found_id uuid;
BEGIN
    LOOP
        INSERT INTO users (issuer, subject) VALUES (user_issuer, user_subject)
        ON CONFLICT (issuer, subject) DO NOTHING;
        SELECT id INTO found_id FROM users
        WHERE issuer = user_issuer AND subject = user_subject FOR KEY SHARE;
        IF FOUND THEN
            RETURN found_id;
        END IF; -- else it was removed in between
    END LOOP;
END
$$;

-- What the functions above need, which belong to a role that nobody can log in as.
GRANT SELECT                           ON tier_quotas, tenant_resources, tenant_deletions TO streamgauge_lookup;
GRANT UPDATE                           ON tenants         TO streamgauge_lookup;
GRANT INSERT                           ON outbox          TO streamgauge_lookup;
GRANT UPDATE, DELETE                   ON users           TO streamgauge_lookup; -- UPDATE: to lock rows
GRANT SELECT (tenant_id, window_start) ON aggregates      TO streamgauge_lookup;
GRANT SELECT (tenant_id, arrived_at)   ON rejected_events TO streamgauge_lookup;
CREATE POLICY lookup ON tenant_resources FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON tenant_deletions FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON aggregates       FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY lookup ON rejected_events  FOR SELECT TO streamgauge_lookup USING (true);
CREATE POLICY versions ON tenants FOR UPDATE TO streamgauge_lookup USING (true) WITH CHECK (true);
CREATE POLICY announcements ON outbox FOR INSERT TO streamgauge_lookup WITH CHECK (true);
CREATE POLICY locks ON users FOR UPDATE TO streamgauge_lookup USING (true);
CREATE POLICY removal ON users FOR DELETE TO streamgauge_lookup USING (true);

GRANT CREATE ON SCHEMA public TO streamgauge_lookup; -- needed to become an owner
ALTER FUNCTION announce_tenant()                   OWNER TO streamgauge_lookup;
ALTER FUNCTION change_tenant_of_quota()            OWNER TO streamgauge_lookup;
ALTER FUNCTION change_tenants_of_tier()            OWNER TO streamgauge_lookup;
ALTER FUNCTION refuse_id_of_deleted_tenant()       OWNER TO streamgauge_lookup;
ALTER FUNCTION tenants_in_day(text, date)          OWNER TO streamgauge_lookup;
ALTER FUNCTION remove_users_without_tenant(uuid[]) OWNER TO streamgauge_lookup;
REVOKE CREATE ON SCHEMA public FROM streamgauge_lookup;

REVOKE ALL ON FUNCTION tenant_policy(text)                 FROM PUBLIC;
REVOKE ALL ON FUNCTION tenants_in_day(text, date)          FROM PUBLIC;
REVOKE ALL ON FUNCTION remove_users_without_tenant(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_policy(text)                 TO streamgauge_lookup;
GRANT EXECUTE ON FUNCTION tenants_in_day(text, date)          TO streamgauge_system;
GRANT EXECUTE ON FUNCTION remove_users_without_tenant(uuid[]) TO streamgauge_system;

-- The tenants that there are; policies bind whoever migrates, too, unless lifted for this moment.
ALTER TABLE tenants          NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_resources NO FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox           NO FORCE ROW LEVEL SECURITY;
INSERT INTO outbox (tenant_id, message_key, payload)
SELECT id, 'tenant/' || id, tenant_policy(id) FROM tenants ORDER BY id;
ALTER TABLE tenants          FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_resources FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox           FORCE ROW LEVEL SECURITY;
