package io.streamgauge.control.job;

import java.io.IOException;
import java.util.List;

/** Tells how the jobs are. Blocks, for a bounded time. */
interface JobSource extends AutoCloseable {

    /**
     * All jobs, as they are now, by name.
     *
     * @throws IOException where they are not to be had
     */
    List<JobHealth> read() throws IOException;

    @Override
    void close();
}
