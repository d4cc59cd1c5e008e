package io.streamgauge.control.job;

import java.time.Instant;
import java.util.List;

/**
 * How all jobs were at one time.
 *
 * @param jobs by name
 */
record JobReport(Instant readAt, List<JobHealth> jobs) {

    JobReport {
        jobs = List.copyOf(jobs);
    }
}
