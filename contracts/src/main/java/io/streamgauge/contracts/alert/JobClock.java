package io.streamgauge.contracts.alert;

/**
 * How far one subtask of the alerting job is: everything that arrived up to a time is judged. Told
 * every few seconds while the clock goes on, so that who waits for an alert can see that the
 * platform is behind, and not the source silent.
 *
 * @param clock the platform's, milliseconds since the epoch
 * @param at when that was so, of the wall clock of the job's machine
 */
public record JobClock(int subtask, int parallelism, long clock, long at) {}
