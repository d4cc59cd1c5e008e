package io.streamgauge.control.http;

import io.helidon.common.tls.Tls;
import io.streamgauge.control.config.TlsFiles;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** TLS as the server speaks it: versions and suites with forward secrecy, and nothing older. */
final class Encryption {

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private static final List<String> SUITES =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** How long a client may resume a session, for which it is not shown a new certificate. */
    private static final Duration SESSION = Duration.ofHours(1);

    private Encryption() {}

    /**
     * @throws io.streamgauge.control.config.InvalidConfigException where the files are unusable
     */
    static Tls of(TlsFiles files) {
        SSLParameters parameters =
                new SSLParameters(SUITES.toArray(String[]::new), VERSIONS.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        return Tls.builder()
                .sslContext(context(new ServerIdentity(files)))
                .sslParameters(parameters)
                .build();
    }

    private static SSLContext context(KeyManager identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {identity}, null, null);
            context.getServerSessionContext().setSessionTimeout((int) SESSION.toSeconds());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a JVM without TLS", e);
        }
    }
}
