package io.streamgauge.control.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * How to reach Redis, through which replicas of the control plane share limits and counts and tell
 * each other of changes. One replica needs none.
 *
 * @param url {@code redis://host:port}, or {@code rediss://} for TLS; a path is the database's
 *     number; empty where there is no Redis
 * @param username of Redis' access control; empty for the default user
 * @param password empty where the server asks for none
 * @param keyPrefix begins every key and channel, so that installations can share a server
 * @param connectTimeout for a connection, which no request waits for
 * @param commandTimeout for one command; a request waits for it once at most, when Redis goes away
 */
public record RedisConfig(
        String url,
        String username,
        String password,
        String keyPrefix,
        Duration connectTimeout,
        Duration commandTimeout) {

    public static final String DEFAULT_KEY_PREFIX = "sg";
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(1);
    public static final Duration DEFAULT_COMMAND_TIMEOUT = Duration.ofMillis(100);

    /** No Redis: each replica is on its own. */
    public static final RedisConfig NONE = at("");

    /**
     * @throws InvalidConfigException with every problem
     */
    public RedisConfig {
        url = url.strip();
        new ConfigChecks("redis")
                .check(
                        url.isEmpty() || isSupported(url),
                        "url",
                        "of another form",
                        "redis://host:port or rediss://host:port, without user and password")
                .check(
                        keyPrefix.matches("[A-Za-z0-9._-]{1,50}"),
                        "key-prefix",
                        keyPrefix,
                        "1 to 50 letters, digits, '.', '_' or '-'")
                .within(
                        "connect-timeout",
                        connectTimeout,
                        Duration.ofMillis(10),
                        Duration.ofSeconds(10))
                .within(
                        "command-timeout",
                        commandTimeout,
                        Duration.ofMillis(5),
                        Duration.ofSeconds(5))
                .done();
    }

    /** With defaults for everything but the place. */
    public static RedisConfig at(String url) {
        return new RedisConfig(
                url, "", "", DEFAULT_KEY_PREFIX, DEFAULT_CONNECT_TIMEOUT, DEFAULT_COMMAND_TIMEOUT);
    }

    /** Whether there is a Redis to use. */
    public boolean isConfigured() {
        return !url.isEmpty();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RedisConfig[url=%s, username=%s, password=***, keyPrefix=%s, connectTimeout=%s, commandTimeout=%s]"
                .formatted(url, username, keyPrefix, connectTimeout, commandTimeout);
    }

    /** A URL with credentials is refused: it would be in logs, and in the lists of processes. */
    private static boolean isSupported(String url) {
        try {
            URI uri = new URI(url);
            return ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getPath().matches("|/\\d{0,4}");
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
