package io.streamgauge.control.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.live.connection.LiveConnection;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.request.Beginning;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.request.SubscribeRequest;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.tenant.Quota;
import java.util.Optional;

/** A subscription that a caller may have, as far as can be told before there is one. */
public record SubscriptionPlan(
        Caller caller, Optional<StreamKey> stream, ResultFilter filter, Beginning beginning) {

    /**
     * Reads what a caller asks for.
     *
     * @throws io.streamgauge.control.problem.ControlPlaneException where it is refused
     */
    public static SubscriptionPlan of(Caller caller, JsonNode payload, StreamCatalog streams) {
        SubscribeRequest request = new SubscribeRequest(payload);
        for (LiveKind kind : request.kinds()) {
            kind.scopes().forEach(caller::require);
        }
        Optional<StreamDefinition> definition =
                request.stream().map(name -> streams.get(caller.tenant(), name));
        Optional<StreamSpec> spec = definition.map(StreamDefinition::spec);
        Optional<StreamKey> stream = definition.map(it -> new StreamKey(it.tenant(), it.id()));
        ResultFilter filter = request.filter(spec);
        String binding = Subscription.binding(caller.tenant(), stream, filter.kinds());
        return new SubscriptionPlan(caller, stream, filter, request.beginning(binding, spec));
    }

    /**
     * Begins it.
     *
     * @throws io.streamgauge.control.problem.ControlPlaneException where there is no room, or its
     *     stream is gone; it has not begun then
     */
    public void begin(LiveConnection connection, String id, LiveHub hub) {
        long most = caller.tenantState().limit(Quota.LIVE_SUBSCRIPTIONS);
        if (!connection.takeSubscription(most)) {
            throw new QuotaExceeded(Quota.LIVE_SUBSCRIPTIONS.wireName(), most, most);
        }
        Subscription subscription =
                new Subscription(connection, id, caller.tenant(), stream, filter);
        connection.add(subscription);
        if (!hub.add(subscription, beginning)) {
            connection.unsubscribe(id);
            throw new NotFound("stream: it has just been deleted (expected: one that exists)");
        }
    }
}
