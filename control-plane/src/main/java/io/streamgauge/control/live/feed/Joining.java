package io.streamgauge.control.live.feed;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.result.LiveEntry;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.resume.LogReader;
import io.streamgauge.control.live.resume.Offsets;
import io.streamgauge.control.live.resume.Position;
import io.streamgauge.control.live.resume.Replay;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * Brings one subscription from where it begins to the present: the stored state first, if it begins
 * with that, then what Kafka has behind its place, then what is in memory; there it joins the feed.
 * Never fills more than half of the client's queue, so that nothing that is read for it is dropped
 * for its slowness; a client that does not read just does not get on. Used by one thread at a time.
 */
public final class Joining implements Replay {

    private final Subscription subscription;
    private final LiveFeed feed;
    private final long maxReplay;
    private final Deque<Delivery> backlog = new ArrayDeque<>();
    private Optional<StateReader> state;
    private Offsets cursor;
    private Instant since;
    private boolean snapshot;
    private boolean bounded;
    private Set<Integer> gapped = Set.of();
    private Optional<ServerEvent.GapReason> gap = Optional.empty();

    /**
     * @param state what the client is sent first, if anything
     * @param position behind that
     */
    public Joining(
            Subscription subscription,
            LiveFeed feed,
            long maxReplay,
            Optional<StateReader> state,
            Position position) {
        this.subscription = subscription;
        this.feed = feed;
        this.maxReplay = maxReplay;
        this.state = state;
        cursor = position.offsets().only(subscription.logs());
        since = position.at();
    }

    @Override
    public TenantId tenant() {
        return subscription.tenant();
    }

    @Override
    public Step step(LogReader reader) {
        if (subscription.hasEnded()) {
            return Step.DONE;
        }
        if (state.isPresent()) {
            read(state.get());
        }
        int room = subscription.subscriber().room();
        while (!backlog.isEmpty() && room > 0) {
            feed.deliverPast(backlog.removeFirst());
            room--;
        }
        if (room == 0) {
            return Step.LATER;
        }
        return switch (feed.advance(subscription, cursor, room, snapshot, firstWords())) {
            case Progress.Joined joined -> Step.DONE;
            case Progress.Moved moved -> {
                cursor = moved.cursor();
                gap = Optional.empty();
                yield Step.AGAIN;
            }
            case Progress.Deleted deleted -> {
                subscription.subscriber().complete(subscription);
                yield Step.DONE;
            }
            case Progress.Ahead ahead -> {
                // Another replica's feed was ahead of this one's; or the place is of another topic.
                bind(reader);
                yield Step.LATER;
            }
            case Progress.Behind behind -> readPiece(reader);
        };
    }

    private void read(StateReader reader) {
        Instant asked = Instant.now();
        Optional<StateReader.State> read = reader.read(subscription, feed.end(subscription.logs()));
        snapshot = read.isPresent();
        if (read.isPresent()) {
            cursor = read.get().behind();
            since = asked;
            Stand nowhere = new Stand(Offsets.NONE, asked);
            read.get()
                    .results()
                    .forEach(it -> backlog.add(new Delivery(subscription, it, nowhere, true)));
        }
        state = Optional.empty();
    }

    private Step readPiece(LogReader reader) {
        if (!bounded) {
            bind(reader);
            return Step.AGAIN;
        }
        LogReader.Piece piece;
        try {
            piece = reader.read(cursor, feed.end(subscription.logs()));
        } catch (OffsetOutOfRangeException e) {
            bounded = false; // it has just gone
            return Step.AGAIN;
        }
        tellGap(piece);
        for (LogReader.Read read : piece.records()) {
            cursor = cursor.with(read.log(), read.record().partition(), read.record().offset() + 1);
            LiveEntry entry = LiveEntry.of(LiveKind.ofLog(read.log()), read.record());
            Stand stand = Stand.behind(cursor, read.record());
            subscription
                    .resultOf(entry)
                    .ifPresent(it -> backlog.add(new Delivery(subscription, it, stand, false)));
        }
        cursor = piece.cursor();
        return Step.AGAIN;
    }

    /** Moves the place to where Kafka has something, and notes what is missing. */
    private void bind(LogReader reader) {
        LogReader.Bounds bounds = reader.bounds(subscription.logs());
        gapped = new TreeSet<>();
        for (int log : subscription.logs()) {
            for (int partition = 0; partition < bounds.end().partitions(log); partition++) {
                long begin = bounds.begin().next(log, partition);
                boolean added = partition >= cursor.partitions(log);
                long wanted = added ? begin : cursor.next(log, partition);
                if (wanted < begin) {
                    gap = Optional.of(ServerEvent.GapReason.EXPIRED);
                    gapped.add(log);
                    wanted = begin;
                } else if (wanted > bounds.end().next(log, partition)) {
                    gap = Optional.of(ServerEvent.GapReason.RESET);
                    wanted = begin;
                }
                cursor = cursor.with(log, partition, wanted);
            }
        }
        Offsets end = feed.end(subscription.logs());
        if (cursor.distanceTo(end) > maxReplay) {
            gap = Optional.of(ServerEvent.GapReason.TOO_FAR);
            gapped = Set.of();
            cursor = end;
        }
        bounded = true;
    }

    /** What is missing, if anything is, until the first record that is there. */
    private void tellGap(LogReader.Piece piece) {
        Instant now = Instant.now();
        Instant until =
                piece.records().stream()
                        .filter(it -> gapped.contains(it.log()))
                        .map(it -> Instant.ofEpochMilli(Math.max(0, it.record().timestamp())))
                        .min(Instant::compareTo)
                        .orElse(now);
        gap.ifPresent(reason -> subscription.subscriber().tell(gapEvent(reason, until)));
        gap = Optional.empty();
    }

    private Optional<Supplier<ServerEvent>> firstWords() {
        return gap.map(reason -> () -> gapEvent(reason, Instant.now()));
    }

    private ServerEvent gapEvent(ServerEvent.GapReason reason, Instant until) {
        String position = new Stand(cursor, until).position(subscription);
        return new ServerEvent.Gap(
                subscription.id(), reason, since, until.isBefore(since) ? since : until, position);
    }
}
