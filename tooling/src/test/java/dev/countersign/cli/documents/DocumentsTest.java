package dev.countersign.cli.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.EventType;
import dev.countersign.cli.Countersign;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents name exists: files, commands. */
class DocumentsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern COMMAND =
      Pattern.compile("(?:\\./)?countersign((?: [a-z][a-z-]*)+)");

  static Stream<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of(".", "docs", "deploy")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(found::add);
      }
    }
    return found.stream().map(file -> ROOT.relativize(file.normalize()));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path document) throws IOException {
    Matcher link = LINK.matcher(Files.readString(ROOT.resolve(document)));
    while (link.find()) {
      assertThat(ROOT.resolve(document).resolveSibling(link.group(1))).exists();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void filesInBackticksExist(Path document) throws IOException {
    TreeSet<String> missing = new TreeSet<>();
    Matcher code = CODE.matcher(Files.readString(ROOT.resolve(document)));
    while (code.find()) {
      String name = code.group(1);
      boolean isPath =
          name.matches("[a-z.][\\w.-]*(/[\\w.-]+)+") && !name.startsWith("application/");
      if (isPath
          && !Files.exists(ROOT.resolve(name))
          && !Files.exists(ROOT.resolve(document).resolveSibling(name))) {
        missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EventType.class)
  void theFormatOfTheJournalNamesWhatIsInTheFileAtOnce(EventType type) throws IOException {
    String format = Files.readString(ROOT.resolve("docs/journal-format.md"));
    String list = format.substring(format.indexOf("announces something ("));
    String named = list.substring(0, list.indexOf(") is in the file"));
    assertThat(named.contains("`" + type.stableName() + "`")).isEqualTo(type.announces());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void commandsInBackticksExist(Path document) throws IOException {
    String text = Files.readString(ROOT.resolve(document));
    Matcher code = CODE.matcher(text);
    while (code.find()) {
      Matcher command = COMMAND.matcher(code.group(1));
      if (command.lookingAt()) {
        assertThat(understands(command.group(1).strip().split(" "))).as(code.group(1)).isTrue();
      }
    }
  }

  /** Whether those words are commands, the last ones perhaps arguments of the last command. */
  private static boolean understands(String[] words) {
    StringWriter out = new StringWriter();
    String[] help = {words[0], "--help"};
    boolean group = Countersign.run(new PrintWriter(out), new PrintWriter(out), help) == 0;
    if (!group || words.length == 1 || !out.toString().contains("COMMAND")) {
      return group;
    }
    return Countersign.run(new PrintWriter(out), new PrintWriter(out), words[0], words[1], "--help")
        == 0;
  }
}
