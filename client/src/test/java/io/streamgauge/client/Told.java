package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a subscriber was told, each thing as a short text. */
final class Told implements SubscriptionListener {

    final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void next(LiveResult result) {
        String dropped = result.dropped() == 0 ? "" : " after " + result.dropped();
        all.add(result.value().path("id").asText() + dropped);
    }

    @Override
    public void synced(boolean snapshot) {
        all.add("synced");
    }

    @Override
    public void gap(Gap gap) {
        all.add("gap " + gap.reason());
    }

    @Override
    public void error(JsonNode problem) {
        all.add("error " + problem.path("status").asInt());
    }

    @Override
    public void complete() {
        all.add("complete");
    }
}
