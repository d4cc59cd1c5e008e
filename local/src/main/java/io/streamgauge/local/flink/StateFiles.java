package io.streamgauge.local.flink;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.filemerging.SegmentFileStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.jspecify.annotations.Nullable;

/** The files that a checkpoint's metadata refers to. */
final class StateFiles {

    private final Set<Path> files = new LinkedHashSet<>();

    private StateFiles() {}

    /**
     * The files of a checkpoint, as real paths where they exist.
     *
     * @throws IOException where the metadata cannot be read
     */
    static Set<Path> of(Path checkpoint) throws IOException {
        StateFiles found = new StateFiles();
        for (OperatorState operator : read(checkpoint).getOperatorStates()) {
            found.add(operator.getCoordinatorState());
            for (OperatorSubtaskState subtask : operator.getStates()) {
                subtask.getManagedOperatorState().forEach(found::add);
                subtask.getRawOperatorState().forEach(found::add);
                subtask.getManagedKeyedState().forEach(found::add);
                subtask.getRawKeyedState().forEach(found::add);
            }
        }
        Set<Path> real = new HashSet<>();
        for (Path file : found.files) {
            real.add(Files.exists(file) ? file.toRealPath() : file);
        }
        return real;
    }

    /** What keeps a checkpoint from being restored; empty where nothing does. */
    static Optional<String> fault(Path checkpoint) {
        try {
            return of(checkpoint).stream()
                    .filter(file -> !Files.isReadable(file))
                    .findFirst()
                    .map(file -> file + " is missing");
        } catch (IOException | RuntimeException e) { // Flink throws either on garbled bytes
            return Optional.of("its metadata cannot be read: " + e.getMessage());
        }
    }

    private static CheckpointMetadata read(Path checkpoint) throws IOException {
        Path metadata = checkpoint.resolve("_metadata");
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(metadata)))) {
            return Checkpoints.loadCheckpointMetadata(
                    in, StateFiles.class.getClassLoader(), checkpoint.toString());
        }
    }

    /** Handles of other kinds hold their bytes in the metadata itself. */
    private void add(@Nullable StateObject state) {
        if (state instanceof IncrementalRemoteKeyedStateHandle incremental) {
            add(incremental.getMetaDataStateHandle());
            incremental.getSharedState().stream()
                    .map(HandleAndLocalPath::getHandle)
                    .forEach(this::add);
            incremental.getPrivateState().stream()
                    .map(HandleAndLocalPath::getHandle)
                    .forEach(this::add);
        } else if (state instanceof KeyGroupsStateHandle keyGroups) {
            add(keyGroups.getDelegateStateHandle());
        } else if (state instanceof OperatorStateHandle operator) {
            add(operator.getDelegateStateHandle());
        } else if (state instanceof FileStateHandle file) {
            files.add(local(file.getFilePath()));
        } else if (state instanceof SegmentFileStateHandle segment) {
            files.add(local(segment.getFilePath()));
        }
    }

    private static Path local(org.apache.flink.core.fs.Path path) {
        return Path.of(path.getPath());
    }
}
