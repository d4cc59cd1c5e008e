package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRecordKeyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"stream/acme/0f9d", "tenant/acme", "later-kind/acme/a/b", "tenant/acme/"})
    void findsTheTenantInEveryKindOfKey(String key) {
        assertThat(ControlRecordKey.tenant(key.getBytes(UTF_8))).contains(new TenantId("acme"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "acme", "tenant/", "tenant//x", "tenant/Not A Tenant", "/"})
    void findsNoneInOtherForms(String key) {
        assertThat(ControlRecordKey.tenant(key.getBytes(UTF_8))).isEmpty();
    }
}
