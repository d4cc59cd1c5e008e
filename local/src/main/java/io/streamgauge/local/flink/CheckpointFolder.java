package io.streamgauge.local.flink;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job's checkpoints on disk, as Flink lays them out:
 *
 * <pre>
 * chk-41/_metadata, chk-41/(files of this checkpoint alone)
 * shared/(RocksDB files that several checkpoints refer to)
 * taskowned/
 * </pre>
 *
 * <p>A job keeps its id, and so its folder, across restarts of Streamgauge. What a hard stop leaves
 * there that no later checkpoint needs, Flink never finds again: {@link #leftOver} does.
 */
final class CheckpointFolder {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);

    private static final Pattern NAME = Pattern.compile("chk-(\\d{1,18})");
    private static final String METADATA = "_metadata";

    private final Path folder;

    CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /** A checkpoint whose metadata was written, which Flink does last. */
    record Complete(Path path, long number, FileTime written) {}

    /** The complete checkpoints, newest first. */
    List<Complete> complete() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Complete> found = new ArrayList<>();
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : (Iterable<Path>) children::iterator) {
                Matcher name = NAME.matcher(child.getFileName().toString());
                Path metadata = child.resolve(METADATA);
                if (name.matches() && Files.isRegularFile(metadata)) {
                    found.add(
                            new Complete(
                                    child,
                                    Long.parseLong(name.group(1)),
                                    Files.getLastModifiedTime(metadata)));
                }
            }
        }
        found.sort(comparing(Complete::number).thenComparing(Complete::written).reversed());
        return found;
    }

    /**
     * The newest checkpoint that can be read and whose files are all there.
     *
     * @return empty where there is no checkpoint at all
     * @throws IOException where there are some and none can be used: going on without would lose
     *     the windows that were open, which nobody should decide silently
     */
    Optional<Path> newestUsable() throws IOException {
        List<Complete> candidates = complete();
        for (Complete candidate : candidates) {
            Optional<String> fault = StateFiles.fault(candidate.path());
            if (fault.isEmpty()) {
                return Optional.of(candidate.path());
            }
            LOG.warn("{} cannot be used: {}", candidate.path(), fault.get());
        }
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        throw new IOException(
                "none of %d checkpoints in %s can be used (the log says why); move the folder away to start without them, which loses the windows that were open"
                        .formatted(candidates.size(), folder));
    }

    /**
     * What lies in the folder and a checkpoint does not need. To be asked before a job uses the
     * folder; to be deleted once the job runs from that checkpoint.
     */
    List<Path> leftOver(Path checkpoint) throws IOException {
        Set<Path> needed = StateFiles.of(checkpoint);
        List<Path> leftOver = new ArrayList<>();
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.toList()) {
                if (NAME.matcher(child.getFileName().toString()).matches()) {
                    if (!Files.isSameFile(child, checkpoint)) {
                        leftOver.add(child);
                    }
                } else if (Files.isDirectory(child)) {
                    addUnneeded(child, needed, leftOver);
                }
            }
        }
        return leftOver;
    }

    private static void addUnneeded(Path folder, Set<Path> needed, List<Path> leftOver)
            throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!needed.contains(file.toRealPath())) {
                    leftOver.add(file);
                }
            }
        }
    }
}
