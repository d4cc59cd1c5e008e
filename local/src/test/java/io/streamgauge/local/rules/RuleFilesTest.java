package io.streamgauge.local.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleFilesTest {

    @TempDir private Path folder;

    @Test
    void readsEachDocumentOfEachRuleFileBelowAFolder() throws IOException {
        write("b.yaml", "name: two\nfor: 10s\n---\nname: three\n---\n");
        write("a/one.yml", "# a comment\nname: one\ncondition: {kind: threshold, op: \">\"}\n");
        write("c.json", "{\"name\": \"four\"}");
        write("notes.txt", "no rule");

        assertThat(RuleFiles.read(List.of(folder)))
                .extracting(RuleDocument::name)
                .containsExactly("one", "two", "three", "four");
    }

    @Test
    void saysWhereADocumentIsNoAlert() throws IOException {
        Path list = write("list.yaml", "- name: one\n");
        Path nameless = write("nameless.yaml", "name: one\n---\nseverity: info\n");
        Path broken = write("broken.yaml", "name: one\ncondition: {kind: threshold\n");
        Path twice = write("twice.yaml", "name: one\nname: two\n");

        assertRefused(list, "list.yaml, document 1: not a mapping");
        assertRefused(nameless, "nameless.yaml, document 2: name: missing");
        assertRefused(broken, "broken.yaml: line ");
        assertRefused(twice, "twice.yaml: line 2");
    }

    @Test
    void refusesANameThatTwoDocumentsHave() throws IOException {
        write("a.yaml", "name: one\n");
        write("b.yaml", "name: one\n");

        assertThatThrownBy(() -> RuleFiles.read(List.of(folder)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("b.yaml, document 1: name: one is also that of")
                .hasMessageContaining("a.yaml, document 1");
    }

    @Test
    void refusesAPathWithoutRules() throws IOException {
        Files.createDirectory(folder.resolve("empty"));

        assertThatThrownBy(() -> RuleFiles.read(List.of(folder.resolve("missing"))))
                .isInstanceOf(NoSuchFileException.class);
        assertRefused(folder.resolve("empty"), "no rules");
    }

    @Test
    void readsBackWhatItWrites() throws IOException {
        var spec =
                Json.mapper()
                        .readTree(
                                """
                                {"name": "n", "labels": {"a": "true", "b": "10"}, "for": "10s",
                                 "condition": {"kind": "sequence", "on": "both", "within": "5m",
                                  "steps": [{"name": "s", "where": "event.x == \\"y: #z\\""}]}}
                                """);
        Path file = write("written.yaml", RuleFiles.write(spec) + RuleFiles.write(renamed(spec)));

        assertThat(RuleFiles.read(List.of(file)))
                .extracting(RuleDocument::spec)
                .first()
                .isEqualTo(spec);
    }

    private static JsonNode renamed(JsonNode spec) {
        var other = (ObjectNode) spec.deepCopy();
        return other.put("name", "other");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> RuleFiles.read(List.of(path)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
