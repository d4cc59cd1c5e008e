package io.streamgauge.control.rest;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.PreconditionRequired;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The strong entity tag of one version of one resource. Tells it from every other version, and from
 * every other resource that had its name, or will have it.
 *
 * @param resource what is the resource's alone
 */
public record VersionTag(String resource, long version) {

    private static final int ID_CHARACTERS = 8;

    /** The tag of a resource whose id is given out once: the beginning of it is enough. */
    public static VersionTag of(UUID id, long version) {
        return new VersionTag(id.toString().substring(0, ID_CHARACTERS), version);
    }

    /**
     * What {@code If-Match} asks of the resource's present version.
     *
     * @throws PreconditionRequired where there is no such header: nobody should change what they
     *     have not seen
     * @throws InvalidRequest where it is malformed
     */
    public static Predicate<VersionTag> ifMatch(ServerRequest request) {
        HeaderName header = HeaderNames.IF_MATCH;
        List<String> values = request.headers().values(header);
        if (values.isEmpty()) {
            throw new PreconditionRequired(
                    "If-Match: missing (expected: the ETag of the version that the change is made"
                            + " for, or *)");
        }
        EntityTags tags = EntityTags.parse(header.defaultCase(), values);
        return tag -> tags.matchStrongly(tag.toString());
    }

    /**
     * Whether the client has this version already, as {@code If-None-Match} says.
     *
     * @throws InvalidRequest where it is malformed
     */
    public boolean isKnownTo(ServerRequest request) {
        HeaderName header = HeaderNames.IF_NONE_MATCH;
        List<String> values = request.headers().values(header);
        return !values.isEmpty()
                && EntityTags.parse(header.defaultCase(), values).matchWeakly(toString());
    }

    /** As headers have it, with its quotes. */
    @Override
    public String toString() {
        return "\"%s-%d\"".formatted(resource, version);
    }
}
