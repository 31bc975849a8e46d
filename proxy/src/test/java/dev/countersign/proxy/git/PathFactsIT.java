package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.RefUpdate.PathChange;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What rules are told of the paths of a push. */
class PathFactsIT {

  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    door = new OpenGitDoor();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  /** Ours: what a path was on the way counts, whatever came afterwards. */
  @Test
  void git25_remembersALinkThatABinaryFileReplaces() throws Exception {
    Path clone = door.clone();
    Files.createSymbolicLink(clone.resolve(".vscode"), Path.of("src"));
    door.commit(clone, "a link");
    Files.delete(clone.resolve(".vscode"));
    Files.write(clone.resolve(".vscode"), new byte[] {0, 1, 2});
    door.commit(clone, "a file");

    assertThat(door.git(clone, "push", "origin", "HEAD:agent/x").exit()).isZero();

    assertThat(contents())
        .containsExactlyInAnyOrder(
            ".vscode " + PathChange.Content.SYMLINK, ".vscode " + PathChange.Content.BINARY);
  }

  /** Ours: a file is no less what it is for another whose name only reads alike. */
  @Test
  void git25_takesTwoNamesThatReadAlikeForTwoPaths() throws Exception {
    Path clone = door.clone();
    String blob = door.git(clone, "rev-parse", "HEAD:README.md").text().strip();
    String there = door.git(clone, "ls-tree", "HEAD").text();
    String directory =
        made(clone, "120000 blob %1$s\t\"\\376\"\n100644 blob %1$s\t\"\\377\"\n".formatted(blob));
    String tree = made(clone, there + "040000 tree " + directory + "\tконфиг\n");
    String commit = door.git(clone, "commit-tree", "-p", "HEAD", "-m", "t", tree).text().strip();

    door.git(clone, "push", "origin", commit + ":refs/heads/agent/x");

    assertThat(contents())
        .as("the directory has the name it has, whatever is below it")
        .contains(
            "конфиг/\uFFFD " + PathChange.Content.SYMLINK,
            "конфиг/\uFFFD " + PathChange.Content.TEXT);
  }

  /** Ours: what a commit puts there and a later one takes away is sent all the same. */
  @Test
  void git25_tellsHowLargeAFileWasOnTheWay() throws Exception {
    Path clone = door.clone();
    StockGit.write(clone, "dump.sql", "a row\n".repeat(50_000));
    StockGit.write(clone, "src/pay.py", "x = 1\n".repeat(40_000));
    door.commit(clone, "large");
    Files.delete(clone.resolve("dump.sql"));
    StockGit.write(clone, "src/pay.py", "print('small')\n");
    door.commit(clone, "small");

    assertThat(door.git(clone, "push", "origin", "HEAD:agent/x").exit()).isZero();

    assertThat(door.updates(Verdict.ALLOW).getLast().paths())
        .extracting(path -> path.path() + " " + path.bytes())
        .containsExactlyInAnyOrder("dump.sql 300000", "src/pay.py 240000");
  }

  /** Ours: Java and shells run what stands behind a page of text, at which git stops to look. */
  @Test
  void git25_takesAFileForBinaryWhereverItIs() throws Exception {
    Path clone = door.clone();
    Files.write(
        clone.resolve("tool.jar"), ("a line\n".repeat(20_000) + "PK\3\4\0\0").getBytes(UTF_8));
    StockGit.write(clone, "plain.txt", "a line\n".repeat(20_000));
    door.commit(clone, "a tool");

    assertThat(door.git(clone, "push", "origin", "HEAD:agent/x").exit()).isZero();

    assertThat(contents())
        .containsExactlyInAnyOrder(
            "tool.jar " + PathChange.Content.BINARY, "plain.txt " + PathChange.Content.TEXT);
  }

  private String made(Path clone, String entries) throws Exception {
    return door.feed(clone, entries, "mktree").strip();
  }

  private List<String> contents() {
    return door.updates(Verdict.ALLOW).getLast().paths().stream()
        .map(path -> path.path() + " " + path.content())
        .toList();
  }
}
