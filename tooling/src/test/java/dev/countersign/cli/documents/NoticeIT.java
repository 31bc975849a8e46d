package dev.countersign.cli.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the distribution contains is named in NOTICE, and nothing else. */
class NoticeIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path LIBRARIES =
      Path.of(System.getProperty("countersign.home", "target/countersign")).resolve("lib");
  private static final Pattern JAR = Pattern.compile("(.+?)(?:-\\d.*)?\\.jar");
  private static final Set<String> OURS =
      Set.of("rules", "audit-indexer", "decision-service", "proxy", "tooling");

  @Test
  void theListOfLibrariesIsThatOfTheDistribution() throws IOException {
    assumeThat(LIBRARIES).as("the distribution is built").isDirectory();
    Set<String> there = new TreeSet<>();
    try (Stream<Path> files = Files.list(LIBRARIES)) {
      for (Path file : files.toList()) {
        Matcher jar = JAR.matcher(file.getFileName().toString());
        if (jar.matches() && !OURS.contains(jar.group(1))) {
          there.add(jar.group(1));
        }
      }
    }
    assertThat(named()).containsExactlyInAnyOrderElementsOf(there);
  }

  /** The indented lists below the heading that speaks of lib/. */
  private static Set<String> named() throws IOException {
    String notice = Files.readString(ROOT.resolve("NOTICE"));
    Set<String> named = new TreeSet<>();
    notice
        .substring(notice.indexOf("Everything in lib/"))
        .lines()
        .filter(line -> line.startsWith("  "))
        .flatMap(line -> Stream.of(line.strip().split(",\\s*", -1)))
        .filter(name -> !name.isEmpty())
        .forEach(named::add);
    return named;
  }
}
