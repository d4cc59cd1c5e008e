package io.streamgauge.control.live;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;

/** Whose stream: what subscriptions are found by. */
record StreamKey(TenantId tenant, StreamId stream) {}
