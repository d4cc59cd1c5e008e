-- The tenant of `streamgauge up`. Runs in one transaction at each start; changes nothing the second time,
-- and nothing where an operator has deleted the tenant.
SET LOCAL app.tenant_id = 'demo';

INSERT INTO tenants (id, name, tier)
SELECT 'demo', 'Demo', 'platinum' WHERE NOT EXISTS (SELECT FROM tenant_deletions WHERE tenant_id = 'demo')
ON CONFLICT (id) DO UPDATE SET tier = 'platinum' WHERE tenants.version = 1;

-- A month of one machine's metrics is enough for a look around.
UPDATE tenant_resources SET quota_limit = 30
WHERE tenant_id = 'demo' AND resource_type = 'retention-days' AND quota_limit IS NULL;
