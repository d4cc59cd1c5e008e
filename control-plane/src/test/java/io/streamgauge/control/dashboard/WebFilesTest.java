package io.streamgauge.control.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class WebFilesTest {

    private final WebFiles files = WebFiles.read("/dashboard-sample");

    @Test
    void findsWhatTheListNamesAndNothingElse() {
        assertThat(files.find("/assets/main-a1b2.js")).isPresent();
        assertThat(files.find("/files.txt")).isEmpty();
        assertThat(files.find("/../openapi.yaml")).isEmpty();
        assertThat(new String(files.index().content(), StandardCharsets.UTF_8)).contains("Sample");
    }

    @Test
    void keepsForGoodOnlyWhatHasAHashInItsName() {
        assertThat(files.find("/assets/main-a1b2.js").orElseThrow().isImmutable()).isTrue();
        assertThat(files.index().isImmutable()).isFalse();
    }

    @Test
    void compressesWhatBecomesSmaller() throws IOException {
        WebFile script = files.find("/assets/main-a1b2.js").orElseThrow();

        byte[] zipped = script.zipped().orElseThrow();

        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes())
                .isEqualTo(script.content());
        assertThat(files.index().zipped()).isEmpty();
    }

    @Test
    void tellsContentsApartByTheirTags() {
        assertThat(files.index().tag()).isNotEqualTo(WebFile.page("/index.html", "other").tag());
    }

    @Test
    void saysOnItsPageWhenTheDashboardIsMissing() {
        WebFiles none = WebFiles.read("/no-dashboard-here");

        assertThat(new String(none.index().content(), StandardCharsets.UTF_8))
                .contains("without its dashboard")
                .contains("Node.js");
    }

    @Test
    void doesNotStartWithAListThatNamesWhatIsNotThere() {
        assertThatThrownBy(() -> WebFiles.read("/dashboard-broken"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/dashboard-broken/assets/gone.js");
    }
}
