package io.streamgauge.control.live.connection;

import io.streamgauge.control.auth.AuthenticationException;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.live.wire.CloseCode;
import io.streamgauge.control.problem.ControlPlaneException;
import io.streamgauge.control.problem.Unavailable;
import java.time.Instant;
import java.util.Optional;

/**
 * Who a client is, for as long as its connection lives. A credential can be withdrawn, a tenant
 * switched off and a role taken away meanwhile, so the same questions that opened the connection
 * are asked again and again. Used by one thread at a time for {@link #verify}; read by all.
 */
public final class LiveIdentity {

    private final Authenticator authenticator;
    private final TenantAccess access;
    private final String credential;
    private final Optional<String> tenant;
    private volatile Caller caller;

    private LiveIdentity(
            Authenticator authenticator,
            TenantAccess access,
            String credential,
            Optional<String> tenant)
            throws RefusedException {
        this.authenticator = authenticator;
        this.access = access;
        this.credential = credential;
        this.tenant = tenant;
        caller = ask();
    }

    /** Why a client may not go on. */
    public static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final CloseCode code;
        private final String reason;

        RefusedException(CloseCode code, String reason) {
            super(reason);
            this.code = code;
            this.reason = reason;
        }

        public CloseCode code() {
            return code;
        }

        /** For the client. */
        public String reason() {
            return reason;
        }
    }

    /**
     * Asks who a client is.
     *
     * @param tenant that the client names; needed where its credential is good for several or none
     * @throws RefusedException where the credential is not trusted, or not for this tenant
     * @throws Unavailable where it cannot be seen now
     */
    public static LiveIdentity of(
            Authenticator authenticator,
            TenantAccess access,
            String credential,
            Optional<String> tenant)
            throws RefusedException {
        return new LiveIdentity(authenticator, access, credential, tenant);
    }

    /** What the client may do, and in which tenant, as last seen. */
    public Caller caller() {
        return caller;
    }

    Instant expiresAt() {
        return caller.principal().expiresAt();
    }

    /**
     * Asks again.
     *
     * @throws RefusedException where the answer is another one now
     * @throws Unavailable where it cannot be seen now; what was known stays in force
     */
    public void verify() throws RefusedException {
        caller = ask();
    }

    private Caller ask() throws RefusedException {
        try {
            return access.enter(authenticator.authenticate(credential), tenant);
        } catch (AuthenticationException e) {
            throw new RefusedException(CloseCode.UNAUTHORIZED, e.getMessage());
        } catch (Unavailable e) {
            throw e;
        } catch (ControlPlaneException e) {
            throw new RefusedException(CloseCode.FORBIDDEN, String.valueOf(e.getMessage()));
        }
    }
}
