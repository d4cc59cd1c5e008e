package io.streamgauge.control.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DashboardHandlerTest {

    @Test
    void thePageMayConnectToItsOwnServerAndToNobodyButTheProvider() {
        assertThat(DashboardHandler.policy(Optional.empty())).contains(" connect-src 'self';");
        assertThat(DashboardHandler.policy(Optional.of("https://login.test:8443")))
                .contains(" connect-src 'self' https://login.test:8443;");
    }

    @Test
    void formsGoToTheProviderWhereOneTakesLeaveAndNowhereElse() {
        assertThat(DashboardHandler.policy(Optional.empty())).contains(" form-action 'none';");
        assertThat(DashboardHandler.policy(Optional.of("https://login.test:8443")))
                .contains(" form-action 'self' https://login.test:8443;");
    }
}
