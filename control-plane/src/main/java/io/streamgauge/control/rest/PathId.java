package io.streamgauge.control.rest;

import io.helidon.webserver.http.ServerRequest;
import java.util.UUID;
import java.util.function.Function;

/** Ids in paths. */
public final class PathId {

    private static final int CHARACTERS = 36;

    private PathId() {}

    /**
     * The id in a path, in its canonical form.
     *
     * @param parameter its name in the route's pattern
     * @param otherwise what to throw where it is none: nothing can be there
     */
    public static UUID of(
            ServerRequest request,
            String parameter,
            Function<String, ? extends RuntimeException> otherwise) {
        String text = request.path().pathParameters().get(parameter);
        if (text.length() != CHARACTERS) { // UUID.fromString also takes shortened groups
            throw otherwise.apply(text);
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notAnId) {
            throw otherwise.apply(text);
        }
    }
}
