package io.streamgauge.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.streamgauge.client",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** It becomes part of other programs, whatever they are made of. */
    @ArchTest
    static final ArchRule needsTheJdkAndJackson =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.streamgauge.client..",
                            "java..",
                            "com.fasterxml.jackson..",
                            "org.jspecify..");
}
