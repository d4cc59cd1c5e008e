package io.streamgauge.control.config;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where Flink's REST API is, which tells operators how the jobs are. The control plane needs Flink
 * for nothing else.
 *
 * @param url {@code http:} or {@code https:}; empty where nobody is to be told
 */
public record FlinkConfig(String url) {

    /** Nobody is told of the jobs. */
    public static final FlinkConfig NONE = new FlinkConfig("");

    /**
     * @throws InvalidConfigException where the URL is none
     */
    public FlinkConfig {
        url = url.strip();
        while (url.endsWith("/")) {
            url = url.substring(0, url.length() - 1);
        }
        new ConfigChecks("flink")
                .check(
                        url.isEmpty() || isSupported(url),
                        "url",
                        "of another form",
                        "http://host:port or https://host:port, without user and password")
                .done();
    }

    /** Whether there is a Flink to ask. */
    public boolean isConfigured() {
        return !url.isEmpty();
    }

    /** A URL with credentials is refused: it would be in logs. */
    private static boolean isSupported(String url) {
        try {
            URI uri = new URI(url);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
