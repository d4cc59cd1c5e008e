package io.streamgauge.control.proxy;

import java.util.Set;

/**
 * Who makes a request, as the gateway has verified it and a service behind it is told. The service
 * must be reachable through the gateway only, or anybody can tell it the same.
 *
 * @param tenant whose data the request is about
 * @param subject who acts
 * @param scopes what the subject may do
 */
public record ForwardedIdentity(String tenant, String subject, Set<String> scopes) {

    /** Names of the headers that carry it; a client's own under these names never pass. */
    public static final String TENANT_HEADER = "X-Tenant-Id";

    public static final String SUBJECT_HEADER = "X-Streamgauge-Subject";
    public static final String SCOPES_HEADER = "X-Streamgauge-Scopes";

    public ForwardedIdentity {
        scopes = Set.copyOf(scopes);
    }
}
