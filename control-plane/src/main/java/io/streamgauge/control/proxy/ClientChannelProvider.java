package io.streamgauge.control.proxy;

import io.helidon.common.GenericType;
import io.helidon.common.media.type.MediaType;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import io.helidon.webserver.http.spi.SinkProvider;
import io.helidon.webserver.http.spi.SinkProviderContext;
import java.util.function.BiConsumer;

/** Makes {@link ClientChannel}s. Found by the server's service loader, and public only for it. */
public final class ClientChannelProvider implements SinkProvider<byte[]> {

    @Override
    public boolean supports(GenericType<? extends Sink<?>> type, ServerRequest request) {
        return type.equals(ClientChannel.TYPE);
    }

    @Override
    // The signature is the server's; supports() has seen to the type.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <X extends Sink<byte[]>> X create(SinkProviderContext context) {
        return (X) new ClientChannel(context);
    }

    @Override
    @Deprecated
    // Must still be there, and is not called where the other is.
    @SuppressWarnings({"removal", "TypeParameterUnusedInFormals"})
    public <X extends Sink<byte[]>> X create(
            ServerResponse response,
            BiConsumer<Object, MediaType> eventConsumer,
            Runnable closeRunnable) {
        throw new UnsupportedOperationException("create: without a context");
    }
}
