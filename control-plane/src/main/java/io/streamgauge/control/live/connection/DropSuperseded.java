package io.streamgauge.control.live.connection;

import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.result.LiveAggregate;
import io.streamgauge.control.live.result.LiveEvent;
import io.streamgauge.control.live.result.LiveScore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drops aggregates that later ones supersede, which loses nothing but the steps between; where that
 * makes little room, the oldest aggregates as well. Events are a sample and go first. Alerts are
 * never dropped: nobody would miss them, and somebody should.
 *
 * <p>An eighth of the queue at least, so that the search through it is paid by as many results that
 * come after: a client that reads nothing at all must not cost the others more than one that does.
 */
final class DropSuperseded implements OverflowPolicy {

    private static final int LEAST_FRACTION = 8;

    /** What a later result with the same supersedes. */
    private record Subject(
            Subscription subscription,
            Map<String, String> dimensions,
            String window,
            String start) {

        static Subject of(Delivery delivery, LiveAggregate result) {
            return new Subject(
                    delivery.subscription(), result.dimensions(), result.window(), result.start());
        }
    }

    @Override
    public List<Delivery> choose(Collection<Delivery> queued) {
        Map<Subject, Integer> latest = new HashMap<>();
        int index = 0;
        for (Delivery delivery : queued) {
            if (delivery.result() instanceof LiveAggregate aggregate) {
                latest.put(Subject.of(delivery, aggregate), index);
            }
            index++;
        }
        List<Delivery> dropped = new ArrayList<>();
        List<Delivery> others = new ArrayList<>();
        index = 0;
        for (Delivery delivery : queued) {
            if (delivery.result() instanceof LiveAggregate aggregate) {
                Subject subject = Subject.of(delivery, aggregate);
                boolean superseded = latest.getOrDefault(subject, index) > index;
                (superseded ? dropped : others).add(delivery);
            } else if (delivery.result() instanceof LiveScore score && score.band()) {
                others.add(delivery);
            } else if (delivery.result() instanceof LiveEvent) {
                dropped.add(delivery); // only a sample anyway
            }
            index++;
        }
        int least = Math.max(1, queued.size() / LEAST_FRACTION);
        if (dropped.size() < least) {
            dropped.addAll(others.subList(0, Math.min(others.size(), least - dropped.size())));
        }
        return dropped;
    }
}
