package io.streamgauge.control;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.ControlTopicListener;
import io.streamgauge.control.quota.SeriesGate;
import io.streamgauge.control.responsecache.ResponseCache;
import io.streamgauge.control.stream.StreamCatalog;

/** What this replica forgets when it hears of a change, its own or another's. */
record ControlChanges(StreamCatalog catalog, ResponseCache responses, SeriesGate series)
        implements ControlTopicListener {

    @Override
    public void changed(TenantId tenant) {
        catalog.changedElsewhere(); // before what is computed with it
        responses.invalidate(tenant);
    }

    @Override
    public void streamDeleted(StreamId stream) {
        series.forget(stream);
    }
}
