package io.streamgauge.control.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * A file as browsers get it, compressed once where that makes it smaller. Immutable; nobody changes
 * the bytes that it gives out.
 */
final class WebFile {

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "svg", "image/svg+xml",
                    "txt", "text/plain; charset=utf-8");

    /** Where the build puts files whose names have a hash of their content. */
    private static final String HASHED = "/assets/";

    private final String path;
    private final byte[] content;
    private final Optional<byte[]> zipped;
    private final String tag;

    /**
     * @param path below the root, with the slash that it begins with
     */
    WebFile(String path, byte[] content) {
        this.path = path;
        this.content = content;
        byte[] smaller = zip(content);
        zipped = smaller.length < content.length ? Optional.of(smaller) : Optional.empty();
        tag = "\"" + hash(content) + "\"";
    }

    static WebFile page(String path, String html) {
        return new WebFile(path, html.getBytes(StandardCharsets.UTF_8));
    }

    /** As it was built. */
    byte[] content() {
        return content;
    }

    /** The same with gzip; empty where that is not worth it. */
    Optional<byte[]> zipped() {
        return zipped;
    }

    /** Of the content, in quotes. */
    String tag() {
        return tag;
    }

    String mediaType() {
        String ending = path.substring(path.lastIndexOf('.') + 1);
        return TYPES.getOrDefault(ending, "application/octet-stream");
    }

    /** Whether another content would have another name. */
    boolean isImmutable() {
        return path.startsWith(HASHED);
    }

    private static byte[] zip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 2);
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
