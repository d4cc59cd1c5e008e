package io.streamgauge.local.rules;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The recipes of docs/alerts-cookbook.md. */
final class Cookbook {

    private static final Path PAGE = Path.of("..", "docs", "alerts-cookbook.md");
    private static final Pattern RECIPE = Pattern.compile("(?s)```yaml\n(.*?)```");

    private Cookbook() {}

    /** All documents of all recipes by their names, in the page's order. */
    static Map<String, RuleDocument> recipes() throws IOException {
        Map<String, RuleDocument> recipes = new LinkedHashMap<>();
        Matcher matcher = RECIPE.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            byte[] yaml = matcher.group(1).getBytes(StandardCharsets.UTF_8);
            for (RuleDocument document :
                    RuleFiles.read(PAGE.toString(), new ByteArrayInputStream(yaml))) {
                recipes.put(document.name(), document);
            }
        }
        return recipes;
    }
}
