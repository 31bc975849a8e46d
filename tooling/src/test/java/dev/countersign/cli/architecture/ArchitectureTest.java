package dev.countersign.cli.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of the house, over all modules. */
class ArchitectureTest {

  private static final String RULES = "dev.countersign.rules..";
  private static final String AUDIT = "dev.countersign.audit..";
  private static final String DECISION = "dev.countersign.decision..";
  private static final String PROXY = "dev.countersign.proxy..";
  private static final String TOOLING = "dev.countersign.cli..";
  private static final String[] AUDIT_BEYOND_JOURNAL = {
    "dev.countersign.audit.index..",
    "dev.countersign.audit.query..",
    "dev.countersign.audit.replay..",
    "dev.countersign.audit.evidence..",
    "dev.countersign.audit.kibana.."
  };
  private static final String[] DROOLS = {"org.drools..", "org.kie.."};

  private static JavaClasses all;

  @BeforeAll
  static void readClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.countersign");
  }

  @Test
  void seesAllFiveModules() {
    assertThat(
            Stream.of("rules", "audit", "decision", "proxy", "cli")
                .filter(module -> !all.containPackage("dev.countersign." + module)))
        .isEmpty();
  }

  @Test
  void arrowsPointDownwards() {
    check(noClasses().that().resideInAPackage(RULES), AUDIT, DECISION, PROXY, TOOLING);
    check(noClasses().that().resideInAPackage(AUDIT), DECISION, PROXY, TOOLING);
    check(noClasses().that().resideInAPackage(DECISION), PROXY, TOOLING);
    check(noClasses().that().resideInAPackage(PROXY), TOOLING);
  }

  @Test
  void onlyTheJournalIsOpenToDoorsAndDecisions() {
    check(noClasses().that().resideInAnyPackage(DECISION, PROXY), AUDIT_BEYOND_JOURNAL);
  }

  @Test
  void theJournalKnowsNoSearchServer() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("dev.countersign.audit.journal..", "dev.countersign.audit.event.."),
        "co.elastic..",
        "dev.countersign.audit.index..");
  }

  @Test
  void factsAndVerdictsKnowNoLibrary() {
    classes()
        .that()
        .resideInAnyPackage("dev.countersign.rules.fact", "dev.countersign.rules.verdict")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "dev.countersign.rules.fact",
            "dev.countersign.rules.verdict")
        .check(all);
  }

  @Test
  void droolsStaysWhereRowsBecomeRules() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.countersign.rules.table..",
                "dev.countersign.rules.pack..",
                "dev.countersign.cli.bench.."),
        DROOLS);
  }

  @Test
  void wirePackagesKnowNoPolicy() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.countersign.proxy..wire..", "dev.countersign.proxy.kubernetes.spdy.."),
        RULES,
        DECISION,
        AUDIT);
  }

  @Test
  void thePolicyKnowsNoNetwork() {
    check(noClasses().that().resideInAPackage(RULES), "io.netty..", "io.undertow..", "java.net..");
  }

  @Test
  void protocolsDoNotKnowEachOther() {
    List<String> protocols = List.of("postgres", "git", "kubernetes");
    for (String protocol : protocols) {
      String[] others =
          protocols.stream()
              .filter(other -> !other.equals(protocol))
              .map(other -> "dev.countersign.proxy." + other + "..")
              .toArray(String[]::new);
      check(
          noClasses().that().resideInAPackage("dev.countersign.proxy." + protocol + ".."), others);
    }
  }

  @Test
  void packagesAreNamedAfterWhatTheyAreAbout() {
    assertThat(packages().map(JavaPackage::getRelativeName))
        .doesNotContain("util", "utils", "common", "impl", "helper", "manager", "model", "dto");
  }

  @Test
  void everyPackageSaysWhatItIsAndForbidsNull() {
    assertThat(
            packages()
                .filter(held -> held.getClasses().stream().anyMatch(type -> isOurs(type.getName())))
                .filter(held -> !held.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName))
        .isEmpty();
  }

  private static boolean isOurs(String className) {
    return !className.endsWith("package-info") && !className.contains(".jmh_generated.");
  }

  private static Stream<JavaPackage> packages() {
    return all.getPackage("dev.countersign").getSubpackagesInTree().stream();
  }

  private static void check(
      com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction given, String... packages) {
    ArchRule rule =
        given.should().dependOnClassesThat().resideInAnyPackage(packages).allowEmptyShould(true);
    rule.check(all);
  }
}
