package io.streamgauge.control.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a list goes on, as an opaque text. Bound to what it was made for (tenant, list, filter and
 * order): elsewhere it is refused instead of giving a page of nonsense.
 *
 * <p>The binding is a digest and no signature. It guards against mistakes; against forgery nothing
 * needs guarding, since a cursor gives no access that the query itself would not.
 */
public final class Cursor {

    private static final byte VERSION = 1;
    private static final int DIGEST_BYTES = 8;
    private static final int MAX_CHARACTERS = 2_048;

    /** In no position of ours, and in no query either: PostgreSQL refuses NUL in a text. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private Cursor() {}

    /**
     * Writes a cursor.
     *
     * @param binding everything that the same list has in common
     * @param position the sort key of the last item, and what else the next page needs
     */
    public static String encode(List<String> binding, List<String> position) {
        ArrayNode json = Json.mapper().createArrayNode();
        position.forEach(json::add);
        byte[] text;
        try {
            text = Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an array of strings could not be written", e);
        }
        ByteBuffer bytes = ByteBuffer.allocate(1 + DIGEST_BYTES + text.length);
        bytes.put(VERSION).put(digest(binding)).put(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * Reads a cursor.
     *
     * @param parts how many the position has
     * @return the position
     * @throws InvalidRequest where the cursor is garbled, or was made for another list
     */
    public static List<String> decode(String cursor, List<String> binding, int parts) {
        byte[] bytes;
        try {
            if (cursor.length() > MAX_CHARACTERS) {
                throw invalid();
            }
            bytes = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException notBase64) {
            throw invalid();
        }
        if (bytes.length <= 1 + DIGEST_BYTES
                || bytes[0] != VERSION
                || !Arrays.equals(bytes, 1, 1 + DIGEST_BYTES, digest(binding), 0, DIGEST_BYTES)) {
            throw invalid();
        }
        List<String> position = new ArrayList<>();
        try {
            JsonNode json =
                    Json.mapper()
                            .readTree(bytes, 1 + DIGEST_BYTES, bytes.length - 1 - DIGEST_BYTES);
            for (JsonNode part : json) {
                if (UNPRINTABLE.matcher(part.asText()).find()) {
                    throw invalid();
                }
                position.add(part.asText());
            }
        } catch (IOException notJson) {
            throw invalid();
        }
        if (position.size() != parts) {
            throw invalid();
        }
        return position;
    }

    /** What {@link #decode} throws, for positions that only their list can check. */
    public static InvalidRequest invalid() {
        String message =
                "not valid here (expected: the nextCursor of a page of the same list, with the same"
                        + " parameters)";
        return new InvalidRequest(
                ErrorCode.INVALID_CURSOR,
                "cursor: " + message,
                List.of(new Violation("?cursor", "cursor", message)));
    }

    private static byte[] digest(List<String> binding) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : binding) {
                byte[] text = part.getBytes(StandardCharsets.UTF_8);
                // With its length, so that no two lists of parts have the same bytes.
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
                digest.update(text);
            }
            return Arrays.copyOf(digest.digest(), DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
