package io.streamgauge.local.agent;

import io.streamgauge.contracts.event.EventDecoder;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import oshi.hardware.HWDiskStore;
import oshi.hardware.NetworkIF;
import oshi.software.os.OSFileStore;

/** Tells devices from what only looks like one. */
final class Devices {

    /** Images, memory and optical drives; what stands on other disks, whose traffic is theirs. */
    private static final Pattern PSEUDO_DISK =
            Pattern.compile("(?:loop|ram|zram|sr|fd|nbd|dm-|md)\\d+");

    /** Loopback, and the ends of tunnels, bridges and containers, whose traffic passes twice. */
    private static final Pattern PSEUDO_INTERFACE =
            Pattern.compile(
                    "(?:lo|veth|docker|br-|virbr|vnet|tap|tun|utun|ifb|dummy|cni|flannel|cali|kube|gif|stf|awdl|llw|bridge|anpi|ap).*|sit\\d+|ip6tnl\\d+|tunl\\d+");

    private Devices() {}

    static boolean isWorthWatching(HWDiskStore disk) {
        return isDisk(shortName(disk.getName())) && disk.getSize() > 0;
    }

    /** An interface counts once it is up, or has ever carried something. */
    static boolean isWorthWatching(NetworkIF network) {
        return isInterface(network.getName())
                && (network.getIfOperStatus() == NetworkIF.IfOperStatus.UP
                        || network.getBytesRecv() > 0);
    }

    /** Each volume once, however often it is mounted: where its path is the shortest. */
    static List<OSFileStore> worthWatching(List<OSFileStore> stores) {
        Map<String, OSFileStore> byVolume = new LinkedHashMap<>();
        stores.stream()
                .filter(store -> store.getTotalSpace() > 0)
                .filter(store -> isPrintable(store.getMount()))
                .sorted(Comparator.comparingInt(store -> store.getMount().length()))
                .forEach(store -> byVolume.putIfAbsent(store.getVolume(), store));
        return List.copyOf(byVolume.values());
    }

    /** As a dimension must be. */
    private static boolean isPrintable(String mount) {
        return !mount.isEmpty()
                && mount.length() <= EventDecoder.MAX_DIMENSION_CHARACTERS
                && mount.chars().noneMatch(Character::isISOControl);
    }

    static boolean isDisk(String shortName) {
        return !PSEUDO_DISK.matcher(shortName).matches();
    }

    static boolean isInterface(String name) {
        return !PSEUDO_INTERFACE.matcher(name).matches();
    }

    /** A device's name without its folder. */
    static String shortName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
