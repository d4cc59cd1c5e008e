package io.streamgauge.control.live.result;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;

/** Whose stream: what subscriptions are found by. */
public record StreamKey(TenantId tenant, StreamId stream) {}
