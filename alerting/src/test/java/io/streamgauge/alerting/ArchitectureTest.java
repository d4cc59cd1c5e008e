package io.streamgauge.alerting;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.streamgauge.alerting",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** Its classes are public, but no stable interface: a new release is met in one place. */
    @ArchTest
    static final ArchRule onlySequencesKnowFlink =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.streamgauge.alerting.sequence..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.flink..");

    /** What is judged depends on the log alone. */
    @ArchTest
    static final ArchRule nothingAsksAClockNorStartsAThread =
            noClasses()
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now")
                    .orShould()
                    .callMethod(Thread.class, "start");

    @ArchTest
    static final ArchRule knowsNoWire =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.kafka..", "java.sql..", "io.helidon..");
}
