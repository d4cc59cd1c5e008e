package io.streamgauge.control.responsecache;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;

/**
 * What a response to GET depends on. Who asks does not belong to it, only what they may see:
 * everyone with the same rights in a tenant gets the same response.
 *
 * @param rights of the caller: a bit for each scope, and one for an operator
 * @param path as the client wrote it: links in the response repeat it, and a service behind the
 *     gateway may take other spellings for other things
 * @param query likewise; empty for none
 * @param accept the media types that the client takes
 */
public record ResponseKey(TenantId tenant, long rights, String path, String query, String accept) {

    private static final long OPERATOR = Long.MIN_VALUE;

    /** The key of a request; its caller is in a tenant. */
    public static ResponseKey of(ServerRequest request, Caller caller) {
        ServerRequestHeaders headers = request.headers();
        return new ResponseKey(
                caller.tenant(),
                rights(caller),
                request.path().absolute().rawPath(),
                request.query().rawValue(),
                headers.contains(HeaderNames.ACCEPT)
                        ? headers.get(HeaderNames.ACCEPT).values()
                        : "");
    }

    /** What a place in the cache costs besides the response, roughly. */
    int length() {
        return path.length() + query.length() + accept.length();
    }

    @SuppressWarnings("EnumOrdinal") // the bits mean nothing outside of this process
    private static long rights(Caller caller) {
        long rights = caller.principal().operator() ? OPERATOR : 0;
        for (Scope scope : caller.scopes()) {
            rights |= 1L << scope.ordinal();
        }
        return rights;
    }
}
