package io.streamgauge.local.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {

    @ParameterizedTest
    @ValueSource(strings = {"sda", "vda", "nvme0n1", "xvda", "mmcblk0", "disk0"})
    void watchesDisks(String name) {
        assertThat(Devices.isDisk(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"loop0", "ram12", "zram0", "sr0", "dm-3", "md127"})
    void passesOverWhatIsNoDiskOrStandsOnOthers(String name) {
        assertThat(Devices.isDisk(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "ens5", "enp3s0", "wlan0", "wlp2s0", "en0", "bond0"})
    void watchesInterfaces(String name) {
        assertThat(Devices.isInterface(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lo",
                "lo0",
                "veth12ab",
                "docker0",
                "br-5f1e",
                "virbr0",
                "utun3",
                "awdl0",
                "sit0"
            })
    void passesOverLoopbackAndTheEndsOfTunnelsAndContainers(String name) {
        assertThat(Devices.isInterface(name)).isFalse();
    }

    @Test
    void turnsCountersIntoRates() {
        Rates rates = new Rates();
        ObjectNode first = Json.mapper().createObjectNode();
        ObjectNode second = Json.mapper().createObjectNode();

        rates.of("disk a", 1_000).put(first, "reads_per_second", 100);
        rates.of("disk a", 1_500).put(second, "reads_per_second", 150);

        assertThat(first).isEmpty();
        assertThat(second.path("reads_per_second").asDouble()).isEqualTo(100);
    }

    @Test
    void givesNoRateWhereACounterWentBackOrNoTimePassed() {
        Rates rates = new Rates();
        ObjectNode event = Json.mapper().createObjectNode();

        rates.of("disk a", 1_000).put(event, "reads_per_second", 100);
        rates.of("disk a", 2_000).put(event, "reads_per_second", 5);
        rates.of("disk a", 2_000).put(event, "reads_per_second", 9);
        assertThat(event).isEmpty();

        rates.of("disk a", 3_000).put(event, "reads_per_second", 10);
        assertThat(event.path("reads_per_second").asDouble()).isEqualTo(1);
    }
}
