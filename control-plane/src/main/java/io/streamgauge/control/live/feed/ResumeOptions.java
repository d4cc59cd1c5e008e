package io.streamgauge.control.live.feed;

/**
 * Bounds of what is done for subscriptions that do not begin in the present.
 *
 * @param recentRecords results of all tenants that are kept in memory at most
 * @param recentBytes what these may come to
 * @param threads how many bring subscriptions to the present
 * @param threadsPerTenant how many of them for one tenant at a time
 * @param maxReplay records of all tenants that are read for one subscription at most
 * @param snapshotRows aggregates of one window, and alerts, that a snapshot has at most
 */
public record ResumeOptions(
        int recentRecords,
        long recentBytes,
        int threads,
        int threadsPerTenant,
        long maxReplay,
        int snapshotRows) {

    public static final ResumeOptions DEFAULT =
            new ResumeOptions(1 << 15, 32L << 20, 3, 2, 5_000_000, 1_000);
}
