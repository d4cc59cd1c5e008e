package io.streamgauge.local.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;
import oshi.software.os.FileSystem;
import oshi.software.os.OSFileStore;

/**
 * Reads this machine's metrics as events. Rates are over the time since the sample before; so the
 * first sample has none. For one thread.
 */
final class HostSampler {

    /** Disks and interfaces come and go; looking for them costs more than reading them. */
    private static final int SAMPLES_BETWEEN_SEARCHES = 30;

    private final String host;
    private final HardwareAbstractionLayer hardware;
    private final FileSystem fileSystem;
    private final CentralProcessor processor;
    private final Rates rates = new Rates();
    private List<HWDiskStore> disks = List.of();
    private List<NetworkIF> interfaces = List.of();
    private List<OSFileStore> fileSystems = List.of();
    private long[] systemTicks;
    private long[][] processorTicks;
    private int samples;

    HostSampler() {
        SystemInfo system = new SystemInfo();
        this.host = hostName(system);
        this.hardware = system.getHardware();
        this.fileSystem = system.getOperatingSystem().getFileSystem();
        this.processor = hardware.getProcessor();
        this.systemTicks = processor.getSystemCpuLoadTicks();
        this.processorTicks = processor.getProcessorCpuLoadTicks();
    }

    /** One event for each part of the machine, each a JSON object. */
    List<byte[]> sample(Instant now) {
        if (samples++ % SAMPLES_BETWEEN_SEARCHES == 0) {
            disks = hardware.getDiskStores().stream().filter(Devices::isWorthWatching).toList();
            interfaces =
                    hardware.getNetworkIFs(false).stream()
                            .filter(Devices::isWorthWatching)
                            .toList();
            fileSystems = Devices.worthWatching(fileSystem.getFileStores(true));
        }
        List<byte[]> events = new ArrayList<>();
        events.add(bytes(machine(now)));
        addProcessors(now, events);
        addDisks(now, events);
        addInterfaces(now, events);
        addFileSystems(now, events);
        return events;
    }

    private ObjectNode machine(Instant now) {
        ObjectNode event = event(now, "machine", "all");
        long[] ticks = processor.getSystemCpuLoadTicks();
        putPercent(
                event,
                SystemMetrics.CPU,
                processor.getSystemCpuLoadBetweenTicks(systemTicks, ticks));
        systemTicks = ticks;
        double load = processor.getSystemLoadAverage(1)[0];
        if (load >= 0) { // negative where the system does not tell
            event.put(SystemMetrics.LOAD, load);
        }
        GlobalMemory memory = hardware.getMemory();
        long used = memory.getTotal() - memory.getAvailable();
        putPercent(event, SystemMetrics.MEMORY_USED_SHARE, (double) used / memory.getTotal());
        event.put(SystemMetrics.MEMORY_USED, used);
        event.put(SystemMetrics.SWAP_USED, memory.getVirtualMemory().getSwapUsed());
        return event;
    }

    private void addProcessors(Instant now, List<byte[]> events) {
        long[][] ticks = processor.getProcessorCpuLoadTicks();
        if (ticks.length == processorTicks.length) { // otherwise one was switched on or off
            double[] loads = processor.getProcessorCpuLoadBetweenTicks(processorTicks, ticks);
            for (int i = 0; i < loads.length; i++) {
                ObjectNode event = event(now, "cpu", "cpu" + i);
                putPercent(event, SystemMetrics.CPU, loads[i]);
                events.add(bytes(event));
            }
        }
        processorTicks = ticks;
    }

    private void addDisks(Instant now, List<byte[]> events) {
        for (HWDiskStore disk : disks) {
            if (!disk.updateAttributes()) {
                continue; // gone
            }
            String name = Devices.shortName(disk.getName());
            Rates.Source source = rates.of("disk " + name, disk.getTimeStamp());
            ObjectNode event = event(now, "disk", name);
            source.put(event, SystemMetrics.DISK_READ, disk.getReadBytes());
            source.put(event, SystemMetrics.DISK_WRITTEN, disk.getWriteBytes());
            source.put(event, SystemMetrics.DISK_READS, disk.getReads());
            source.put(event, SystemMetrics.DISK_WRITES, disk.getWrites());
            // Milliseconds in a second are tenths of a percent.
            source.putBounded(event, SystemMetrics.DISK_BUSY, disk.getTransferTime(), 0.1, 100);
            events.add(bytes(event));
        }
    }

    private void addInterfaces(Instant now, List<byte[]> events) {
        for (NetworkIF network : interfaces) {
            if (!network.updateAttributes()) {
                continue; // gone
            }
            Rates.Source source = rates.of("network " + network.getName(), network.getTimeStamp());
            ObjectNode event = event(now, "network", network.getName());
            source.put(event, SystemMetrics.NETWORK_RECEIVED, network.getBytesRecv());
            source.put(event, SystemMetrics.NETWORK_SENT, network.getBytesSent());
            source.put(event, SystemMetrics.NETWORK_PACKETS_RECEIVED, network.getPacketsRecv());
            source.put(event, SystemMetrics.NETWORK_PACKETS_SENT, network.getPacketsSent());
            source.put(
                    event,
                    SystemMetrics.NETWORK_ERRORS,
                    network.getInErrors() + network.getOutErrors());
            events.add(bytes(event));
        }
    }

    private void addFileSystems(Instant now, List<byte[]> events) {
        for (OSFileStore store : fileSystems) {
            if (!store.updateAttributes() || store.getTotalSpace() <= 0) {
                continue; // gone
            }
            long used = store.getTotalSpace() - store.getUsableSpace();
            ObjectNode event = event(now, "filesystem", store.getMount());
            putPercent(
                    event,
                    SystemMetrics.FILESYSTEM_USED_SHARE,
                    (double) used / store.getTotalSpace());
            event.put(SystemMetrics.FILESYSTEM_USED, used);
            events.add(bytes(event));
        }
    }

    private ObjectNode event(Instant now, String kind, String device) {
        return Json.mapper()
                .createObjectNode()
                .put(SystemMetrics.TIME, now.toString())
                .put(SystemMetrics.HOST, host)
                .put(SystemMetrics.KIND, kind)
                .put(SystemMetrics.DEVICE, device);
    }

    /** Nothing is put where the share is not a number, as between two equal readings. */
    private static void putPercent(ObjectNode event, String name, double share) {
        if (Double.isFinite(share)) {
            event.put(name, Math.clamp(share * 100, 0, 100));
        }
    }

    private static byte[] bytes(ObjectNode event) {
        try {
            return Json.mapper().writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values must be writable", e);
        }
    }

    private static String hostName(SystemInfo system) {
        String name = system.getOperatingSystem().getNetworkParams().getHostName();
        int dot = name.indexOf('.');
        String first = dot > 0 ? name.substring(0, dot) : name;
        return first.isBlank() ? "localhost" : first.toLowerCase(Locale.ROOT);
    }
}
