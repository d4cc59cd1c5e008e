-- The tenant of `streamgauge up`. Runs in one transaction at each start; changes nothing the second time.
SET LOCAL app.tenant_id = 'demo';

INSERT INTO tenants (id, name) VALUES ('demo', 'Demo') ON CONFLICT (id) DO NOTHING;
