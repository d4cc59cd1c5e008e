package io.streamgauge.control.proxy;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Lets in whoever has not got the header {@code X-Refuse}, until a test says otherwise. */
final class TestingGuard implements UpgradeGuard {

    final AtomicInteger admitted = new AtomicInteger();
    final AtomicInteger released = new AtomicInteger();
    volatile @Nullable Ending ending;

    @Override
    public Admission admit(Attempt attempt) {
        attempt.headers()
                .first(HeaderNames.create("X-Refuse"))
                .ifPresent(
                        status -> {
                            throw attempt.refusal(
                                    Status.create(Integer.parseInt(status)), "not you");
                        });
        admitted.incrementAndGet();
        return new Admission() {

            @Override
            public Optional<ForwardedIdentity> identity() {
                return Optional.of(new ForwardedIdentity("acme", "alice", Set.of("streams:read")));
            }

            @Override
            public Optional<Ending> ending() {
                return Optional.ofNullable(ending);
            }

            @Override
            public void close() {
                released.incrementAndGet();
            }
        };
    }
}
