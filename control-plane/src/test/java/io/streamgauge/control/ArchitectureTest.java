package io.streamgauge.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.streamgauge.control.problem.ControlPlaneException;

@AnalyzeClasses(packages = "io.streamgauge.control", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule knowsNoFlink =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.flink..");

    @ArchTest
    static final ArchRule hasNoCyclesBetweenItsPackages =
            slices().matching("io.streamgauge.control.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingDependsOnTheWiring =
            noClasses()
                    .that()
                    .resideInAPackage("io.streamgauge.control.*..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.streamgauge.control");

    @ArchTest
    static final ArchRule exceptionsKnowNoHttp =
            noClasses()
                    .that()
                    .areAssignableTo(ControlPlaneException.class)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.helidon..");

    @ArchTest
    static final ArchRule onlyTheDatabasePackageOpensConnections =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.streamgauge.control.database")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.zaxxer.hikari..", "org.flywaydb..");

    @ArchTest
    static final ArchRule onlyAuthenticationReadsTokens =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.streamgauge.control.auth")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.nimbusds..");

    @ArchTest
    static final ArchRule onlyWhatIsSharedKnowsRedis =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.streamgauge.control.redis", "io.streamgauge.control.ratelimit")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.lettuce..", "io.github.bucket4j..");

    @ArchTest
    static final ArchRule liveHasNoCyclesBetweenItsPackages =
            slices().matching("io.streamgauge.control.live.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheWiringKnowsLive =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.streamgauge.control", "io.streamgauge.control.live..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.streamgauge.control.live..");

    @ArchTest
    static final ArchRule onlyLivesEndpointsKnowItsHub =
            noClasses()
                    .that()
                    .resideInAPackage("io.streamgauge.control.live.*..")
                    .and()
                    .resideOutsideOfPackage("io.streamgauge.control.live.endpoint")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.streamgauge.control.live");

    @ArchTest
    static final ArchRule onlyLivesConnectionsKnowTheServer =
            noClasses()
                    .that()
                    .resideInAPackage("io.streamgauge.control.live..")
                    .and()
                    .resideOutsideOfPackages(
                            "io.streamgauge.control.live.connection",
                            "io.streamgauge.control.live.endpoint")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.helidon..");
}
