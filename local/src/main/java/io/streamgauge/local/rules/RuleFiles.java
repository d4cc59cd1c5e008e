package io.streamgauge.local.rules;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads alerts from files: YAML, of which a file may hold several documents, or JSON, which is YAML
 * as well.
 */
public final class RuleFiles {

    private static final Pattern RULE_FILE = Pattern.compile(".+\\.(ya?ml|json)");

    private static final ObjectMapper YAML =
            new ObjectMapper(
                    YAMLFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                            .build());

    private RuleFiles() {}

    /**
     * Reads all documents of files and of the rule files in folders, at any depth, in order of
     * their paths.
     *
     * @throws IOException where a file cannot be read, is no YAML, or has a document that is no
     *     alert; the message names the file and the place
     */
    public static List<RuleDocument> read(List<Path> paths) throws IOException {
        List<RuleDocument> documents = new ArrayList<>();
        for (Path path : paths) {
            for (Path file : files(path)) {
                read(file, documents);
            }
        }
        refuseDoubles(documents);
        return documents;
    }

    /** Writes a document, beginning with the marker that sets it apart from the one before. */
    public static String write(JsonNode document) {
        try {
            return YAML.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> below = Files.walk(path)) {
            List<Path> files =
                    below.filter(Files::isRegularFile)
                            .filter(file -> RULE_FILE.matcher(file.toString()).matches())
                            .sorted()
                            .toList();
            if (files.isEmpty()) {
                throw new IOException(
                        path + ": no rules (expected: files *.yaml, *.yml or *.json)");
            }
            return files;
        }
    }

    private static void read(Path file, List<RuleDocument> documents) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            documents.addAll(read(file.toString(), content));
        }
    }

    /** Reads all documents of one file. */
    static List<RuleDocument> read(String file, InputStream content) throws IOException {
        List<RuleDocument> documents = new ArrayList<>();
        int number = 0;
        try (JsonParser parser = YAML.createParser(content)) {
            while (parser.nextToken() != null) {
                JsonNode node = YAML.readTree(parser);
                number++;
                if (!isEmpty(node)) {
                    documents.add(document(file + ", document " + number, node));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s: line %d, column %d: %s"
                            .formatted(
                                    file,
                                    e.getLocation().getLineNr(),
                                    e.getLocation().getColumnNr(),
                                    e.getOriginalMessage().lines().findFirst().orElse("no YAML")),
                    e);
        }
        return documents;
    }

    /** Nothing between two markers. */
    private static boolean isEmpty(JsonNode node) {
        return node.isNull() || (node.isTextual() && node.textValue().isEmpty());
    }

    private static RuleDocument document(String origin, JsonNode node) throws IOException {
        if (!(node instanceof ObjectNode spec)) {
            throw new IOException(origin + ": not a mapping (expected: an alert)");
        }
        JsonNode name = spec.path("name");
        if (!name.isTextual()) {
            throw new IOException(origin + ": name: missing (expected: the alert's name)");
        }
        return new RuleDocument(origin, name.textValue(), spec);
    }

    private static void refuseDoubles(List<RuleDocument> documents) throws IOException {
        Map<String, RuleDocument> byName = new HashMap<>();
        for (RuleDocument document : documents) {
            RuleDocument other = byName.putIfAbsent(document.name(), document);
            if (other != null) {
                throw new IOException(
                        "%s: name: %s is also that of %s (expected: each name once)"
                                .formatted(document.origin(), document.name(), other.origin()));
            }
        }
    }
}
