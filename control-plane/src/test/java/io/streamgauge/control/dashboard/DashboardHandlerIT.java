package io.streamgauge.control.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DashboardHandlerIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final Pattern SCRIPT = Pattern.compile("src=\"(/assets/[^\"]+\\.js)\"");

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void servesThePageWithAPolicyThatAllowsNoScriptButItsOwn() throws Exception {
        HttpResponse<String> page = page("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(page.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("script-src 'self';")
                .doesNotContain("unsafe");
        assertThat(page.body()).contains("Streamgauge").doesNotContain("<script>");
    }

    @Test
    void answersThePageThatABrowserHasWith304() throws Exception {
        String tag = page("/").headers().firstValue("ETag").orElseThrow();

        assertThat(get("/", "If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void servesThePageForEveryPlaceInIt() throws Exception {
        assertThat(page("/streams/orders/edit").body()).isEqualTo(page("/").body());
    }

    @Test
    void leavesPathsOfTheApiAndOfNothingAsTheyAre() throws Exception {
        for (String path : new String[] {"/api", "/api/v1/nothing", "/nothing.js"}) {
            HttpResponse<String> answer = page(path);

            assertThat(answer.statusCode()).as(path).isIn(401, 404);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .as(path)
                    .hasValue("application/problem+json");
        }
    }

    @Test
    void takesNoPathFromThoseThatAreNoBrowsers() throws Exception {
        assertThat(get("/streams", "Accept", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void servesScriptsCompressedAndForGood() throws Exception {
        Matcher script = SCRIPT.matcher(page("/").body());
        Assumptions.assumeTrue(script.find(), "built without the dashboard");

        HttpResponse<String> answer = get(script.group(1), "Accept-Encoding", "gzip, br");

        assertThat(answer.headers().firstValue("Cache-Control"))
                .hasValue("public, max-age=31536000, immutable");
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("text/javascript; charset=utf-8");
    }

    private HttpResponse<String> page(String path) throws IOException, InterruptedException {
        return get(path, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    }

    private HttpResponse<String> get(String path, String header, String value)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port(), path));
        HttpRequest request = HttpRequest.newBuilder(uri).header(header, value).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int port() {
        return SERVER.controlPlane().port();
    }
}
