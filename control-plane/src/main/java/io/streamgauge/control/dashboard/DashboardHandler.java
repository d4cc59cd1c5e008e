package io.streamgauge.control.dashboard;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;

/**
 * Serves the dashboard: its files, and its page for every path that a browser opens as a page and
 * nobody else serves, since the page itself knows what the path means. Paths below {@code /api} are
 * never the page's: a mistyped one should fail.
 *
 * <p>Files with a hash in their name are kept for good; the page, which names them, is asked for
 * each time, and mostly answered with 304. Not by the server's own static content, which neither
 * compresses nor knows of the page's other paths; a few files in memory need no more than this.
 */
public final class DashboardHandler implements Handler {

    /** Where the build puts the files on the classpath. */
    private static final String ROOT = "/dashboard";

    private static final Header FOREVER =
            HeaderValues.createCached(
                    HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");

    private static final Header ASK_AGAIN =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");

    private static final Header ZIPPED =
            HeaderValues.createCached(HeaderNames.CONTENT_ENCODING, "gzip");

    private static final Header BY_ENCODING =
            HeaderValues.createCached(HeaderNames.VARY, "Accept-Encoding");

    private final WebFiles files;
    private final Header policy;

    /**
     * @param provider the origin where people sign in, which the page may then connect to; empty
     *     where they bring their token themselves
     */
    public DashboardHandler(Optional<String> provider) {
        this(WebFiles.read(ROOT), provider);
    }

    DashboardHandler(WebFiles files, Optional<String> provider) {
        this.files = files;
        policy = HeaderValues.createCached("Content-Security-Policy", policy(provider));
    }

    /** Nothing of elsewhere, and no script or style inside of the page. */
    static String policy(Optional<String> provider) {
        String connect = "connect-src 'self'" + provider.map(origin -> " " + origin).orElse("");
        // People take leave at the provider by a form, and come back from there.
        String forms = "form-action " + provider.map(origin -> "'self' " + origin).orElse("'none'");
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                + connect
                + "; base-uri 'none'; "
                + forms
                + "; frame-ancestors 'none'";
    }

    /** Registers the handler; last, since it takes what nobody else does. */
    public void register(HttpRouting.Builder routing) {
        routing.route(Method.GET, this).route(Method.HEAD, this);
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Optional<WebFile> file = find(request);
        if (file.isEmpty()) {
            response.next();
            return;
        }
        send(file.get(), request, response);
    }

    private Optional<WebFile> find(ServerRequest request) {
        String path = request.path().path();
        if (path.equals("/")) {
            return Optional.of(files.index());
        }
        Optional<WebFile> file = files.find(path);
        return file.isEmpty() && isPage(path, request) ? Optional.of(files.index()) : file;
    }

    private static boolean isPage(String path, ServerRequest request) {
        return !path.equals("/api")
                && !path.startsWith("/api/")
                && path.indexOf('.') < 0
                && request.headers().all(HeaderNames.ACCEPT, List::of).stream()
                        .anyMatch(it -> it.contains("text/html"));
    }

    private void send(WebFile file, ServerRequest request, ServerResponse response) {
        response.header(policy);
        response.header(file.isImmutable() ? FOREVER : ASK_AGAIN);
        response.header(HeaderNames.ETAG, file.tag());
        response.header(BY_ENCODING);
        if (request.headers().all(HeaderNames.IF_NONE_MATCH, List::of).stream()
                .anyMatch(it -> it.contains(file.tag()))) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, file.mediaType());
        boolean zip = file.zipped().isPresent() && takesGzip(request);
        if (zip) {
            response.header(ZIPPED);
        }
        response.send(zip ? file.zipped().get() : file.content());
    }

    /** Clients that refuse gzip by a weight of zero do not name it otherwise; browsers take it. */
    private static boolean takesGzip(ServerRequest request) {
        return request.headers().all(HeaderNames.ACCEPT_ENCODING, List::of).stream()
                .anyMatch(it -> it.contains("gzip") && !it.contains("gzip;q=0"));
    }
}
