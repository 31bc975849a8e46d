package dev.countersign.cli.documents;

import static java.util.stream.Collectors.toSet;
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
  private static final Path NOTICE = ROOT.resolve("NOTICE");
  private static final Pattern VERSION =
      Pattern.compile("^  (\\S+) (\\d[\\w.]*) ", Pattern.MULTILINE);
  private static final Pattern JAR = Pattern.compile("(.+?)(?:-\\d.*)?\\.jar");
  private static final Set<String> OURS =
      Set.of("rules", "audit-indexer", "decision-service", "proxy", "tooling");

  @Test
  void theListOfLibrariesIsThatOfTheDistribution() throws IOException {
    Set<String> there = new TreeSet<>();
    for (String file : libraries()) {
      Matcher jar = JAR.matcher(file);
      if (jar.matches() && !OURS.contains(jar.group(1))) {
        there.add(jar.group(1));
      }
    }
    assertThat(named()).containsExactlyInAnyOrderElementsOf(there);
  }

  @Test
  void whatIsSaidOfALibraryIsSaidOfItsVersion() throws IOException {
    Set<String> libraries = libraries();
    Matcher told = VERSION.matcher(Files.readString(NOTICE));
    while (told.find()) {
      String name = told.group(1);
      if (libraries.stream().anyMatch(file -> file.startsWith(name + "-"))) {
        assertThat(libraries)
            .anyMatch(file -> file.matches(Pattern.quote(name + "-" + told.group(2)) + "\\b.*"));
      }
    }
  }

  private static Set<String> libraries() throws IOException {
    assumeThat(LIBRARIES).as("the distribution is built").isDirectory();
    try (Stream<Path> files = Files.list(LIBRARIES)) {
      return files.map(file -> file.getFileName().toString()).collect(toSet());
    }
  }

  /** The indented lists below the heading that speaks of lib/. */
  private static Set<String> named() throws IOException {
    String notice = Files.readString(NOTICE);
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
