package io.streamgauge.alerting;

import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import io.streamgauge.contracts.stream.StreamSpec;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of one stream share: to make it takes longer, and what it holds is more, than all
 * else of a rule. For one thread.
 */
final class StreamTools {

    private final StreamSpec stream;
    private final EventDecoder decoder;
    private @Nullable ExpressionCompiler compiler;

    StreamTools(StreamSpec stream) {
        this.stream = stream;
        this.decoder = new EventDecoder(stream);
    }

    StreamSpec stream() {
        return stream;
    }

    EventDecoder decoder() {
        return decoder;
    }

    /** Made when first asked for: many rules have no expression. */
    ExpressionCompiler compiler() {
        ExpressionCompiler present = compiler;
        if (present == null) {
            present = new ExpressionCompiler(stream);
            compiler = present;
        }
        return present;
    }
}
