package io.streamgauge.control.gateway;

import io.streamgauge.control.config.RouteConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the class of a path: that of its longest prefix, segment by segment; a segment that is
 * spelled out goes before one in braces. Walks a tree, so that the cost is that of the path's
 * length, however many classes there are.
 */
public final class RouteTable {

    private final Node root = new Node();

    private static final class Node {

        private final Map<String, Node> named = new HashMap<>();
        private @Nullable Node any;
        private @Nullable RouteClass route;
    }

    public RouteTable(List<RouteConfig> routes) {
        for (RouteConfig config : routes) {
            RouteClass route = RouteClass.of(config);
            for (String path : config.paths()) {
                insert(path, route);
            }
        }
    }

    /** The class of a path; empty for one that is open to everyone. */
    public Optional<RouteClass> find(String path) {
        return Optional.ofNullable(find(root, path, 0));
    }

    private static @Nullable RouteClass find(Node node, String path, int from) {
        int start = from;
        while (start < path.length() && path.charAt(start) == '/') {
            start++; // two slashes in a row separate as one does
        }
        if (start == path.length()) {
            return node.route;
        }
        int slash = path.indexOf('/', start);
        int end = slash < 0 ? path.length() : slash;
        Node next = node.named.isEmpty() ? null : node.named.get(path.substring(start, end));
        RouteClass found = next == null ? null : find(next, path, end);
        if (found == null && node.any != null) {
            found = find(node.any, path, end);
        }
        return found == null ? node.route : found;
    }

    private void insert(String path, RouteClass route) {
        Node node = root;
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.startsWith("{")) {
                if (node.any == null) {
                    node.any = new Node();
                }
                node = node.any;
            } else {
                node = node.named.computeIfAbsent(segment, key -> new Node());
            }
        }
        node.route = route;
    }
}
