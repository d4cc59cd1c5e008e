package io.streamgauge.control.config;

import java.nio.file.Path;

/**
 * Files with what a TLS listener shows and proves. They are read again when they change.
 *
 * @param certificate PEM: the server's certificate, then those that it was issued by
 * @param privateKey PEM: PKCS#8, not encrypted
 */
public record TlsFiles(Path certificate, Path privateKey) {}
