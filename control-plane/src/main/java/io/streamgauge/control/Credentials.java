package io.streamgauge.control;

import io.streamgauge.control.apikey.ApiKeyAuthenticator;
import io.streamgauge.control.apikey.KeyText;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.CredentialAuthenticator;
import io.streamgauge.control.auth.DatabaseMemberships;
import io.streamgauge.control.auth.JwtAuthenticator;
import io.streamgauge.control.auth.RememberingAuthenticator;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.redis.Invalidation;
import io.streamgauge.control.redis.InvalidationBus;
import io.streamgauge.control.redis.Topic;
import io.streamgauge.control.tenant.TenantDirectory;
import java.time.Clock;

/**
 * Who is believed, and in which tenants: what is remembered of it is forgotten when this replica,
 * or another one, says that it has changed.
 *
 * @param authenticator of tokens and API keys
 * @param tenants their state, tier and quotas
 * @param access in which tenant a principal works
 */
record Credentials(Authenticator authenticator, TenantDirectory tenants, TenantAccess access) {

    static Credentials of(Database database, TokenConfig config, InvalidationBus bus, Clock clock) {
        DatabaseMemberships memberships = new DatabaseMemberships(database);
        RememberingAuthenticator tokens =
                new RememberingAuthenticator(
                        new JwtAuthenticator(config, clock, memberships), clock);
        ApiKeyAuthenticator apiKeys = new ApiKeyAuthenticator(database, clock);
        TenantDirectory tenants = new TenantDirectory(database);
        bus.subscribe(
                Topic.API_KEYS,
                change -> {
                    switch (change) {
                        case Invalidation.Key key -> apiKeys.forget(key.key());
                        case Invalidation.Everything all -> apiKeys.changed();
                    }
                });
        bus.subscribe(Topic.TENANTS, change -> tenants.changed());
        bus.subscribe(
                Topic.MEMBERS,
                change -> {
                    memberships.changed(); // first: the tokens' authenticator asks it
                    tokens.changed();
                });
        return new Credentials(
                new CredentialAuthenticator(KeyText::isMeant, apiKeys, tokens),
                tenants,
                new TenantAccess(tenants));
    }
}
