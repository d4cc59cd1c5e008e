package io.streamgauge.embedded;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.Map;

/** PostgreSQL's configuration for a server that shares a laptop with everything else. */
final class ServerSettings {

    private ServerSettings() {}

    /** As options of the server's command line, quoted for a shell. */
    static String options(int port, boolean ephemeral) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("port", String.valueOf(port));
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", "60");
        settings.put("shared_buffers", ephemeral ? "32MB" : "64MB");
        settings.put("huge_pages", "off");
        settings.put("maintenance_work_mem", "32MB");
        settings.put("max_worker_processes", "4");
        settings.put("jit", "off");
        settings.put("wal_level", "minimal");
        settings.put("max_wal_senders", "0");
        settings.put("min_wal_size", "32MB");
        settings.put("max_wal_size", "256MB");
        settings.put("fsync", ephemeral ? "off" : "on");
        settings.put("synchronous_commit", ephemeral ? "off" : "on");
        settings.put("full_page_writes", ephemeral ? "off" : "on");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_min_messages", "warning");
        settings.put("log_line_prefix", "%m [%p] %u ");
        return settings.entrySet().stream()
                .map(it -> "-c '" + it.getKey() + "=" + it.getValue() + "'")
                .collect(joining(" "));
    }
}
