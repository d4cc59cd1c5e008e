package io.streamgauge.local.agent;

import java.util.regex.Pattern;
import oshi.hardware.HWDiskStore;
import oshi.hardware.NetworkIF;

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
