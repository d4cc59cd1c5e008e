package io.streamgauge.control.config;

/**
 * Where the server listens.
 *
 * @param host address or name to bind; {@code 0.0.0.0} is every interface
 * @param port 0 takes any free one
 */
public record HttpConfig(String host, int port) {

    /**
     * @throws InvalidConfigException with every problem
     */
    public HttpConfig {
        new ConfigChecks("http").present("host", host).within("port", port, 0, 65_535).done();
    }
}
