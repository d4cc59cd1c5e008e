package io.streamgauge.control.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

    private static final String GOOD = "sgk_" + "A".repeat(12) + "_" + "b".repeat(43);

    private final SecureRandom random = new SecureRandom();

    @Test
    void hasAMarkAPrefixAndASecret() {
        KeyText key = KeyText.random(random);

        assertThat(key.reveal()).matches("sgk_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}");
        assertThat(key.prefix()).isEqualTo(key.reveal().substring(0, 16));
        assertThat(KeyText.isMeant(key.reveal())).isTrue();
    }

    @Test
    void isReadAsItWasWritten() {
        KeyText key = KeyText.random(random);

        KeyText read = KeyText.parse(key.reveal()).orElseThrow();

        assertThat(read.prefix()).isEqualTo(key.prefix());
        assertThat(read.hash()).isEqualTo(key.hash()).hasSize(32);
    }

    @Test
    void isAnotherEachTime() {
        Set<String> prefixes = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String text = KeyText.random(random).reveal();
            prefixes.add(text.substring(0, 16));
            secrets.add(text.substring(17));
        }

        assertThat(prefixes).hasSize(1_000);
        assertThat(secrets).hasSize(1_000);
    }

    @Test
    void doesNotShowItsSecretUnlessAskedTo() {
        KeyText key = KeyText.random(random);

        assertThat(key.toString())
                .startsWith(key.prefix())
                .doesNotContain(key.reveal().substring(17));
    }

    @Test
    void hashesTheSecretAlone() {
        KeyText one = KeyText.parse(GOOD).orElseThrow();
        KeyText same = KeyText.parse(GOOD.replace('A', 'C')).orElseThrow();
        KeyText other = KeyText.parse(GOOD.replace('b', 'c')).orElseThrow();

        assertThat(one.hash()).isEqualTo(same.hash()).isNotEqualTo(other.hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sgk_",
                "sgk_AAAAAAAAAAAA-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "sgk_AAAAAAAAAAAA_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "sgk_AAAAAAAAAAAA_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "sgk_AAAAAAAAAAA__bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "sgk_AAAAAAAAAAAA_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\u00e9",
                "sgk_AAAAAAAAAAAA_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\u0000b",
                "abc_AAAAAAAAAAAA_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
            })
    void isNothingElse(String text) {
        assertThat(KeyText.parse(GOOD)).isPresent();
        assertThat(KeyText.parse(text)).isEmpty();
    }
}
