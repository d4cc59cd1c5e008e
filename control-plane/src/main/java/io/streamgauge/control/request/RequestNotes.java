package io.streamgauge.control.request;

import io.helidon.webserver.http.ServerRequest;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * What the filters and the handler of one request tell each other: who makes it, of which class of
 * routes it is, and so on, one note of a kind. In place of the request's own context, which takes
 * locks for each look, and for what is missing one that all requests share.
 *
 * <p>Used by the request's thread only.
 */
public final class RequestNotes {

    private final IdentityHashMap<Class<?>, Object> notes = new IdentityHashMap<>();

    private RequestNotes() {}

    /** The notes of a request; none of them yet where this is the first look. */
    public static RequestNotes of(ServerRequest request) {
        return request.context().get(RequestNotes.class).orElseGet(() -> begin(request));
    }

    /** Notes something, in place of what was noted of this kind before. */
    public <T> void put(Class<T> kind, T note) {
        notes.put(kind, note);
    }

    /** What was noted of a kind. */
    public <T> Optional<T> find(Class<T> kind) {
        return Optional.ofNullable(kind.cast(notes.get(kind)));
    }

    private static RequestNotes begin(ServerRequest request) {
        RequestNotes notes = new RequestNotes();
        request.context().register(notes);
        return notes;
    }
}
