package io.streamgauge.control.stream;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What is made of streams and would break with them. Asked within the transaction that changes a
 * stream, which holds the stream's row: whoever comes to use the stream has to hold it, too (see
 * {@link StreamService#hold}), so that no use passes by a change, nor a change by a use.
 */
public interface StreamUsers {

    /** Nothing uses any stream. */
    StreamUsers NONE =
            new StreamUsers() {
                @Override
                public List<Violation> brokenBy(
                        Handle handle, StreamDefinition current, StreamSpec next) {
                    return List.of();
                }

                @Override
                public List<String> of(Handle handle, TenantId tenant, StreamId stream) {
                    return List.of();
                }
            };

    /** What a change would break, each with the name of what breaks; empty where it may be made. */
    List<Violation> brokenBy(Handle handle, StreamDefinition current, StreamSpec next);

    /** What uses a stream, for people to read, such as {@code alert cpu-high}. */
    List<String> of(Handle handle, TenantId tenant, StreamId stream);
}
