package io.streamgauge.control.live.feed;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.result.LiveEntry;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.LiveResult;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.live.resume.Offsets;
import io.streamgauge.control.live.resume.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one client has subscribed to under one id. Ends once and for all: what is queued for it then
 * is not sent any more.
 */
public final class Subscription {

    private final Subscriber subscriber;
    private final String id;
    private final TenantId tenant;
    private final Optional<StreamKey> stream;
    private final ResultFilter filter;
    private final Set<LiveKind> kinds;
    private final Set<Integer> logs = new TreeSet<>();
    private final String binding;
    private final SampleBudget samples = new SampleBudget();
    private volatile boolean ended;
    private int dropped; // guarded by the queue's lock
    private @Nullable Offsets told; // where it stands, for all it knows; guarded by the feed's lock

    /**
     * @param stream one of the tenant's; all of them where empty
     */
    public Subscription(
            Subscriber subscriber,
            String id,
            TenantId tenant,
            Optional<StreamKey> stream,
            ResultFilter filter) {
        this.subscriber = subscriber;
        this.id = id;
        this.tenant = tenant;
        this.stream = stream;
        this.filter = filter;
        kinds = Set.copyOf(filter.kinds());
        kinds.stream().filter(LiveKind::isLogged).forEach(it -> logs.add(it.log()));
        binding = binding(tenant, stream, kinds);
    }

    /** What positions are bound to. The filters are not among it: they may change meanwhile. */
    public static String binding(TenantId tenant, Optional<StreamKey> stream, Set<LiveKind> kinds) {
        List<String> parts = new ArrayList<>();
        parts.add(tenant.value());
        parts.add(stream.map(it -> it.stream().toString()).orElse(""));
        kinds.stream().map(LiveKind::wireName).sorted().forEach(parts::add);
        return Position.binding(parts);
    }

    public Subscriber subscriber() {
        return subscriber;
    }

    public String id() {
        return id;
    }

    public TenantId tenant() {
        return tenant;
    }

    /** Whose results it is for; empty for those of all the tenant's streams, and of none. */
    public Optional<StreamKey> stream() {
        return stream;
    }

    public Set<LiveKind> kinds() {
        return kinds;
    }

    public ResultFilter filter() {
        return filter;
    }

    /** The logs that its results are in. */
    public Set<Integer> logs() {
        return logs;
    }

    /** What its positions begin with. */
    public String binding() {
        return binding;
    }

    /** Takes the result of a record, if it is for this. */
    Optional<LiveResult> resultOf(LiveEntry entry) {
        boolean mine =
                kinds.contains(entry.kind())
                        && (stream.isPresent()
                                ? stream.equals(entry.stream())
                                : entry.tenant().filter(tenant::equals).isPresent());
        return mine ? entry.result().filter(this::wants) : Optional.empty();
    }

    public boolean wants(LiveResult result) {
        return !ended && filter.matches(result);
    }

    /** How many events it may be shown; for the sampler's thread. */
    SampleBudget samples() {
        return samples;
    }

    /** It is told of what comes behind a place from now on; under the feed's lock. */
    void joins(Offsets place) {
        told = place;
    }

    /**
     * It is told that it stands at a place, if it has joined; under the feed's lock.
     *
     * @return whether it stood elsewhere, for all it knew
     */
    boolean moves(Offsets place) {
        Offsets before = told;
        if (before == null || ended) {
            return false;
        }
        told = place;
        return !before.only(logs).equals(place.only(logs));
    }

    void end() {
        ended = true;
    }

    public boolean hasEnded() {
        return ended;
    }

    public void countDropped() {
        dropped++;
    }

    /** How many results were dropped since this was asked last. */
    public int takeDropped() {
        int count = dropped;
        dropped = 0;
        return count;
    }
}
