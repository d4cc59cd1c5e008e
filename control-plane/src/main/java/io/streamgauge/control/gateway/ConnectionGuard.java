package io.streamgauge.control.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.streamgauge.control.auth.AuthenticationException;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.problem.ControlPlaneException;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.problem.RateLimited;
import io.streamgauge.control.problem.Unauthenticated;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.proxy.ForwardedIdentity;
import io.streamgauge.control.proxy.UpgradeGuard;
import io.streamgauge.control.ratelimit.Demands;
import io.streamgauge.control.ratelimit.LeasedCounters;
import io.streamgauge.control.ratelimit.RateLimitFilter;
import io.streamgauge.control.ratelimit.RateLimiter;
import io.streamgauge.control.ratelimit.Verdict;
import io.streamgauge.control.tenant.Quota;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the filters check of a request, for upgrades to WebSocket of services behind the gateway,
 * and again every second while such a connection is open.
 */
public final class ConnectionGuard implements UpgradeGuard {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);

    private static final int UNAUTHORIZED = 4401;
    private static final int FORBIDDEN = 4403;

    private final RouteTable routes;
    private final Authenticator authenticator;
    private final TenantAccess access;
    private final RequestLimits limits;
    private final RateLimiter limiter;
    private final LeasedCounters leases;

    public ConnectionGuard(
            RouteTable routes,
            Authenticator authenticator,
            TenantAccess access,
            RequestLimits limits,
            RateLimiter limiter,
            LeasedCounters leases) {
        this.routes = routes;
        this.authenticator = authenticator;
        this.access = access;
        this.limits = limits;
        this.limiter = limiter;
        this.leases = leases;
    }

    @Override
    public Admission admit(Attempt attempt) {
        RouteClass route = routes.find(attempt.prologue().uriPath().path()).orElseThrow();
        try {
            String credential = AuthenticationFilter.credential(attempt.headers());
            Optional<String> tenant =
                    attempt.headers().first(HeaderNames.create(TenantAccess.TENANT_HEADER));
            Caller caller = caller(route, credential, tenant);
            count(caller, route);
            return new Watched(route, credential, tenant, caller, lease(caller));
        } catch (AuthenticationException e) {
            throw attempt.refusal(Status.UNAUTHORIZED_401, e.getMessage());
        } catch (ControlPlaneException e) {
            throw attempt.refusal(status(e), String.valueOf(e.getMessage()));
        }
    }

    private Caller caller(RouteClass route, String credential, Optional<String> tenant)
            throws AuthenticationException {
        Principal principal = authenticator.authenticate(credential);
        if (!route.methods().contains(principal.method())) {
            throw Forbidden.credentialKind(principal.method().wireName());
        }
        Caller caller =
                route.config().tenantRequired()
                        ? access.enter(principal, tenant)
                        : access.enterIfNamed(principal, tenant);
        for (Scope scope : route.scopes()) {
            caller.require(scope);
        }
        return caller;
    }

    private void count(Caller caller, RouteClass route) {
        Demands demands = limits.of(caller, route);
        if (!demands.list().isEmpty()) {
            Verdict verdict = limiter.tryConsumeAll(demands.list());
            if (!verdict.allowed()) {
                throw RateLimitFilter.refusal(verdict);
            }
        }
    }

    private Runnable lease(Caller caller) {
        if (caller.state().isEmpty()) {
            return () -> {};
        }
        String kind = Quota.LIVE_CONNECTIONS.wireName();
        long most = caller.tenantState().limit(Quota.LIVE_CONNECTIONS);
        if (!leases.acquire(kind, caller.tenant(), most)) {
            throw new QuotaExceeded(kind, most, most);
        }
        return () -> leases.release(kind, caller.tenant());
    }

    private static Status status(ControlPlaneException failure) {
        return switch (failure) {
            case Unauthenticated unauthenticated -> Status.UNAUTHORIZED_401;
            case InvalidRequest invalid -> Status.BAD_REQUEST_400;
            case RateLimited limited -> Status.TOO_MANY_REQUESTS_429;
            case Unavailable unavailable -> Status.SERVICE_UNAVAILABLE_503;
            default -> Status.FORBIDDEN_403;
        };
    }

    /** An open connection: who has it may lose the right to it. */
    private final class Watched implements Admission {

        private final RouteClass route;
        private final String credential;
        private final Optional<String> tenant;
        private final Runnable release;
        private final AtomicBoolean asking = new AtomicBoolean();
        private volatile Caller caller;
        private volatile Optional<Ending> ending = Optional.empty();

        Watched(
                RouteClass route,
                String credential,
                Optional<String> tenant,
                Caller caller,
                Runnable release) {
            this.route = route;
            this.credential = credential;
            this.tenant = tenant;
            this.caller = caller;
            this.release = release;
        }

        @Override
        public Optional<ForwardedIdentity> identity() {
            return ForwardedCallers.identity(caller);
        }

        /** The answer of the last time; the question is asked again meanwhile. */
        @Override
        public Optional<Ending> ending() {
            if (ending.isEmpty() && asking.compareAndSet(false, true)) {
                Thread.ofVirtual().name("connection-guard").start(this::ask);
            }
            return ending;
        }

        private void ask() {
            try {
                caller = caller(route, credential, tenant);
            } catch (AuthenticationException e) {
                ending = Optional.of(new Ending(UNAUTHORIZED, e.getMessage()));
            } catch (Unavailable e) {
                LOG.debug("whether a connection may go on cannot be seen now", e);
            } catch (ControlPlaneException e) {
                ending = Optional.of(new Ending(FORBIDDEN, String.valueOf(e.getMessage())));
            } finally {
                asking.set(false);
            }
        }

        @Override
        public void close() {
            release.run();
        }
    }
}
