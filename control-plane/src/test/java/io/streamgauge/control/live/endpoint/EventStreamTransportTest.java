package io.streamgauge.control.live.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.live.connection.Outbound;
import io.streamgauge.control.live.feed.LiveFeed;
import io.streamgauge.control.live.feed.ResumeOptions;
import io.streamgauge.control.live.feed.ServerEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream of events looks like to a browser. */
class EventStreamTransportTest {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final EventStreamTransport transport =
            new EventStreamTransport(false, new LiveFeed(ResumeOptions.DEFAULT).statistics());

    @BeforeEach
    void start() throws IOException {
        transport.start(body);
        body.reset();
    }

    @Test
    void tellsAPlaceAsAnIdWithoutData() {
        boolean goesOn = transport.write(new Outbound.Event(new ServerEvent.Place("1", "p7")));

        assertThat(body.toString(UTF_8)).isEqualTo("id: p7\n\n");
        assertThat(goesOn).isTrue();
    }

    @Test
    void endsWithTheSubscription() {
        boolean goesOn = transport.write(new Outbound.Event(new ServerEvent.Complete("1")));

        assertThat(body.toString(UTF_8)).isEqualTo("event: complete\ndata: {}\n\n");
        assertThat(goesOn).isFalse();
    }
}
