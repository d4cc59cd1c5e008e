package io.streamgauge.control;

import io.streamgauge.control.apikey.ApiKeyResource;
import io.streamgauge.control.apikey.ApiKeyService;
import io.streamgauge.control.audit.AuditResource;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.member.MemberResource;
import io.streamgauge.control.member.MemberService;
import io.streamgauge.control.redis.Topic;
import io.streamgauge.control.rest.Routes;
import io.streamgauge.control.tenant.UsageSource;
import io.streamgauge.control.tenantadmin.TenantDeletions;
import io.streamgauge.control.tenantadmin.TenantResource;
import io.streamgauge.control.tenantadmin.TenantService;
import io.streamgauge.control.tenantadmin.TierResource;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** Everything about who may do what: tenants, tiers, members, API keys and the audit log. */
final class TenantApi {

    private TenantApi() {}

    static void register(
            Routes routes,
            Backbone on,
            TenantDeletions deletions,
            UsageSource usage,
            String issuer) {
        Database database = on.database();
        Clock clock = on.clock();
        TenantService tenants =
                new TenantService(
                        database,
                        deletions,
                        on.outbox(),
                        on.audit(),
                        usage,
                        tenant -> on.bus().publish(Topic.TENANTS, tenant.value()),
                        clock);
        ApiKeyService keys =
                new ApiKeyService(
                        database,
                        on.audit(),
                        clock,
                        UUID::randomUUID,
                        new SecureRandom(),
                        prefix -> on.bus().publish(Topic.API_KEYS, prefix));
        MemberService members =
                new MemberService(
                        database, on.audit(), clock, () -> on.bus().publish(Topic.MEMBERS, "all"));
        routes.register(TenantResource.PATH, new TenantResource(tenants))
                .register(TierResource.PATH, new TierResource(tenants))
                .register(MemberResource.PATH, new MemberResource(members, issuer))
                .register(ApiKeyResource.PATH, new ApiKeyResource(keys, clock))
                .register(AuditResource.PATH, new AuditResource(database));
    }
}
