package io.streamgauge.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.streamgauge.local", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theAgentKnowsNothingOfTheServer =
            noClasses()
                    .that()
                    .resideInAPackage("io.streamgauge.local.agent..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.streamgauge.control..",
                            "io.streamgauge.jobs..",
                            "io.streamgauge.embedded..",
                            "org.apache.flink..",
                            "org.apache.kafka..",
                            "io.helidon..");

    @ArchTest
    static final ArchRule onlyItsPackageKnowsFlink =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.streamgauge.local.flink..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.flink..");

    @ArchTest
    static final ArchRule nothingDependsOnTheCommandLine =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.streamgauge.local.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.streamgauge.local.cli..");

    @ArchTest
    static final ArchRule hasNoCyclesBetweenItsPackages =
            slices().matching("io.streamgauge.local.(*)..").should().beFreeOfCycles();
}
