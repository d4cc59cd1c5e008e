package io.streamgauge.control.rest;

import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.InvalidRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code If-Match} or {@code If-None-Match} (RFC 9110, 13.1): some entity tags, or
 * {@code *} for any.
 */
public final class EntityTags {

    private static final Pattern TAG =
            Pattern.compile("\\s*(W/)?(\"[\\x21\\x23-\\x7E\\x80-\\xFF]*\")\\s*(?:,|$)");

    private final boolean any;
    private final List<Tag> tags;

    private record Tag(boolean weak, String opaque) {}

    private EntityTags(boolean any, List<Tag> tags) {
        this.any = any;
        this.tags = tags;
    }

    /**
     * Reads a header's values.
     *
     * @param header its name, for the message
     * @throws InvalidRequest where they are not entity tags
     */
    public static EntityTags parse(String header, List<String> values) {
        String text = String.join(",", values).strip();
        if (text.equals("*")) {
            return new EntityTags(true, List.of());
        }
        List<Tag> tags = new ArrayList<>();
        Matcher matcher = TAG.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new InvalidRequest(
                        new Violation(
                                header,
                                "format",
                                "not entity tags (expected: the ETag of a response, with its"
                                        + " quotes, or *)"));
            }
            tags.add(new Tag(matcher.group(1) != null, matcher.group(2)));
            end = matcher.end();
        }
        return new EntityTags(false, tags);
    }

    /** Whether a strong tag is among these, by strong comparison: for {@code If-Match}. */
    public boolean matchStrongly(String tag) {
        return any || tags.contains(new Tag(false, tag));
    }

    /** Whether a strong tag is among these, by weak comparison: for {@code If-None-Match}. */
    public boolean matchWeakly(String tag) {
        return any || tags.stream().anyMatch(it -> it.opaque().equals(tag));
    }
}
