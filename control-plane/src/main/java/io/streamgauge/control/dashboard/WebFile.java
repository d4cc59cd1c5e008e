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
 * A file as browsers get it, compressed once where that makes it smaller.
 *
 * @param path below the root, with the slash that it begins with
 * @param content as it was built
 * @param zipped the same with gzip; empty where that is not worth it
 * @param tag of the content, in quotes
 */
record WebFile(String path, byte[] content, Optional<byte[]> zipped, String tag) {

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "svg", "image/svg+xml",
                    "txt", "text/plain; charset=utf-8");

    /** Where the build puts files whose names have a hash of their content. */
    private static final String HASHED = "/assets/";

    static WebFile of(String path, byte[] content) {
        byte[] zipped = zip(content);
        return new WebFile(
                path,
                content,
                zipped.length < content.length ? Optional.of(zipped) : Optional.empty(),
                "\"" + hash(content) + "\"");
    }

    static WebFile page(String path, String html) {
        return of(path, html.getBytes(StandardCharsets.UTF_8));
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
