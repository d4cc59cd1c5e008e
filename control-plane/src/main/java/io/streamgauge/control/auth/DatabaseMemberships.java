package io.streamgauge.control.auth;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.cache.OutageTolerantCache;
import io.streamgauge.control.database.Database;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tenants of people and machines whose tokens name none, as administrators have entered them. A
 * change is seen within a second, this process's own at once.
 */
public final class DatabaseMemberships implements Memberships {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int CAPACITY = 10_000;

    private final OutageTolerantCache<User, Map<TenantId, Set<Scope>>> grants;

    private record User(String issuer, String subject) {}

    public DatabaseMemberships(Database database) {
        grants =
                new OutageTolerantCache<>(
                        "memberships", FRESH, CAPACITY, user -> load(database, user));
    }

    @Override
    public Map<TenantId, Set<Scope>> of(String issuer, String subject) {
        return grants.get(new User(issuer, subject));
    }

    /** Called after memberships have changed, here or elsewhere: takes effect at once. */
    public void changed() {
        grants.clear();
    }

    private static Map<TenantId, Set<Scope>> load(Database database, User user) {
        return database.beforeTenant(
                handle -> {
                    Map<TenantId, Set<Scope>> found = new HashMap<>();
                    handle.createQuery(
                                    "SELECT tenant_id, role FROM memberships_of(:issuer, :subject)")
                            .bind("issuer", user.issuer())
                            .bind("subject", user.subject())
                            .map(
                                    (row, context) ->
                                            Map.entry(
                                                    new TenantId(row.getString("tenant_id")),
                                                    row.getString("role")))
                            .forEach(
                                    row ->
                                            Role.ofWireName(row.getValue())
                                                    .ifPresent(
                                                            role ->
                                                                    found.put(
                                                                            row.getKey(),
                                                                            role.scopes())));
                    return found;
                });
    }
}
