package io.streamgauge.control.tenantadmin;

import io.streamgauge.control.tenant.Quota;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Rows of tiers, which belong to the platform and are changed by SQL. */
final class TierRepository {

    /** The tiers, the least first. */
    List<Tier> list(Handle handle) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        Map<String, Map<Quota, Long>> quotas = new LinkedHashMap<>();
        handle.createQuery(
                        """
                        SELECT t.name, t.rank, q.resource_type, q.quota_limit
                        FROM tiers t LEFT JOIN tier_quotas q ON q.tier = t.name ORDER BY t.rank\
                        """)
                .map(
                        (row, context) -> {
                            String tier = row.getString("name");
                            String resource = row.getString("resource_type");
                            ranks.put(tier, row.getInt("rank"));
                            Map<Quota, Long> limits =
                                    quotas.computeIfAbsent(
                                            tier, name -> new EnumMap<>(Quota.class));
                            if (resource != null) {
                                long limit = row.getLong("quota_limit");
                                Quota.ofWireName(resource)
                                        .ifPresent(quota -> limits.put(quota, limit));
                            }
                            return tier;
                        })
                .list();
        return quotas.entrySet().stream()
                .map(
                        entry ->
                                new Tier(
                                        entry.getKey(),
                                        ranks.getOrDefault(entry.getKey(), 0),
                                        entry.getValue()))
                .toList();
    }
}
