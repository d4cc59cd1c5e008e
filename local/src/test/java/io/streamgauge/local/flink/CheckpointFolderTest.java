package io.streamgauge.local.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of checkpoints that Flink's own code writes. */
class CheckpointFolderTest {

    @TempDir private Path folder;

    private CheckpointFolder checkpoints;

    @BeforeEach
    void createFolder() throws Exception {
        folder = folder.toRealPath();
        Files.createDirectories(folder.resolve("shared"));
        Files.createDirectories(folder.resolve("taskowned"));
        checkpoints = new CheckpointFolder(folder);
    }

    @Test
    void findsNothingWhereNoJobHasRun() throws Exception {
        assertThat(new CheckpointFolder(folder.resolve("none")).newestUsable()).isEmpty();
        assertThat(checkpoints.newestUsable()).isEmpty();
    }

    @Test
    void findsTheNewestByItsNumberNotByItsName() throws Exception {
        checkpoint(9);
        Path newest = checkpoint(10);

        assertThat(checkpoints.newestUsable()).contains(newest);
    }

    @Test
    void passesOverOneThatWasNotFinished() throws Exception {
        Path complete = checkpoint(1);
        Files.createDirectories(folder.resolve("chk-2"));
        Files.writeString(folder.resolve("chk-2/some-state"), "half");

        assertThat(checkpoints.newestUsable()).contains(complete);
    }

    @Test
    void goesBackToTheOneBeforeWhereTheMetadataIsGarbled() throws Exception {
        Path good = checkpoint(1);
        Path bad = checkpoint(2);
        Files.write(bad.resolve("_metadata"), "garbled".getBytes(StandardCharsets.UTF_8));

        assertThat(checkpoints.newestUsable()).contains(good);
    }

    @Test
    void goesBackToTheOneBeforeWhereTheMetadataIsCutShort() throws Exception {
        Path good = checkpoint(1);
        Path bad = checkpoint(2, shared("a"));
        byte[] whole = Files.readAllBytes(bad.resolve("_metadata"));
        Files.write(bad.resolve("_metadata"), Arrays.copyOf(whole, whole.length / 2));

        assertThat(checkpoints.newestUsable()).contains(good);
    }

    @Test
    void goesBackToTheOneBeforeWhereAStateFileIsMissing() throws Exception {
        Path lost = shared("lost");
        Path good = checkpoint(1, shared("kept"));
        checkpoint(2, shared("also-kept"), lost);
        Files.delete(lost);

        assertThat(checkpoints.newestUsable()).contains(good);
    }

    @Test
    void doesNotSilentlyStartWithoutTheCheckpointsThereAre() throws Exception {
        Path bad = checkpoint(1);
        Files.write(bad.resolve("_metadata"), new byte[0]);

        assertThatThrownBy(checkpoints::newestUsable)
                .hasMessageContaining("none of 1 checkpoints in " + folder)
                .hasMessageContaining("move the folder away");
    }

    @Test
    void namesWhatACheckpointDoesNotNeed() throws Exception {
        Path needed = shared("needed");
        Path orphan = shared("orphan");
        Path former = checkpoint(1, needed, shared("former"));
        Path unfinished = Files.createDirectories(folder.resolve("chk-3"));
        Path newest = checkpoint(2, needed);

        assertThat(checkpoints.leftOver(newest))
                .containsExactlyInAnyOrder(
                        former, unfinished, orphan, folder.resolve("shared/former"));
    }

    private Path shared(String name) throws Exception {
        return Files.writeString(folder.resolve("shared").resolve(name), "state");
    }

    private Path checkpoint(long number, Path... sharedFiles) throws Exception {
        Path checkpoint = Files.createDirectories(folder.resolve("chk-" + number));
        OperatorState operator =
                new OperatorState("windows", "windows", new OperatorID(1, 2), 1, 128);
        operator.putState(
                0,
                OperatorSubtaskState.builder()
                        .setManagedKeyedState(state(number, sharedFiles))
                        .build());
        try (OutputStream out = Files.newOutputStream(checkpoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(number, List.of(operator), List.of()), out);
        }
        return checkpoint;
    }

    private static IncrementalRemoteKeyedStateHandle state(long number, Path... sharedFiles) {
        List<HandleAndLocalPath> shared =
                Arrays.stream(sharedFiles)
                        .map(
                                file ->
                                        HandleAndLocalPath.of(
                                                new FileStateHandle(
                                                        new org.apache.flink.core.fs.Path(
                                                                file.toUri()),
                                                        5),
                                                file.getFileName().toString()))
                        .toList();
        return new IncrementalRemoteKeyedStateHandle(
                new UUID(3, 4),
                KeyGroupRange.of(0, 127),
                number,
                shared,
                List.of(),
                new ByteStreamStateHandle("meta", new byte[] {1}));
    }
}
