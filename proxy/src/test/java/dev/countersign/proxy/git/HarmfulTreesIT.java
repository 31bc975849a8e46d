package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that do something to who clones them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HarmfulTreesIT {

  private static OpenGitDoor door;
  private static Path clone;

  @BeforeAll
  static void open() throws Exception {
    door = new OpenGitDoor();
    clone = door.clone();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  private String file(String text) throws Exception {
    return door.feed(clone, text, "hash-object", "-w", "--stdin").strip();
  }

  /** What is there already, and one thing more. */
  private String tree(String entry) throws Exception {
    String there = entry.endsWith("\tconfig") ? "" : door.git(clone, "ls-tree", "HEAD").text();
    return door.feed(clone, there + entry + "\n", "mktree").strip();
  }

  private String push(String tree) throws Exception {
    String commit = door.git(clone, "commit-tree", "-p", "HEAD", "-m", "t", tree).text().strip();
    return door.git(clone, "push", "origin", commit + ":refs/heads/agent/" + tree).text();
  }

  /** Ours: CVE-2018-11235, 2018-17456, 2020-5260, 2025-48384; hosts need not check for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[submodule \"../../x\"]\npath = x\nurl = https://h/x\n",
        "[submodule \"x/../..\"]\npath = x\nurl = https://h/x\n",
        "[submodule \"x\"]\npath = x\nurl = --upload-pack=touch\n",
        "[submodule \"x\"]\npath = x\nurl = https://h/x\nurl = -u./x\nurl = https://h/x\n",
        "[submodule \"x\"]\npath = -x\nurl = https://h/x\n",
        "[submodule \"x\"]\npath = \"x\\r\"\nurl = https://h/x\n",
        "[submodule \"x\"]\npath = \"x\r\"\nurl = https://h/x\n",
        "[submodule \"x\"]\npath = x\nurl = \"https://h%0ahost=g/x\"\n",
        "[submodule \"x\"]\npath = x\nurl = ext::sh\n",
        "[Submodule \"x\"]\npath = x\nURL = https://h/x\nUpdate = !touch x\n",
      })
  void git45_takesNoSubmoduleThatIsACommand(String settings) throws Exception {
    String file = file(settings);

    assertThat(push(tree("100644 blob " + file + "\t.gitmodules")))
        .contains("GIT-OBJECT", ".gitmodules");
    assertThat(push(tree("100644 blob " + file + "\t.gitmodules.txt"))).contains("new branch");
  }

  @Test
  void git45_takesNoSubmodulesFromBehindALink() throws Exception {
    String file = file("elsewhere");

    assertThat(push(tree("120000 blob " + file + "\t.gitmodules")))
        .contains("GIT-PACK", "symbolic link");
  }

  /** Ours: names under which some file system has the file that git reads. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".GitModules",
        ".gitmodules.",
        ".gitmodules ",
        ".gitmodules::$DATA",
        ".git\u200cmodules",
        "GITMOD~1",
        "gi7eba~1",
        "gi7eb~12",
        "~1000000"
      })
  void git45_looksIntoSubmodulesByAnyNameOfThem(String name) throws Exception {
    String harmful = file("[submodule \"x\"]\npath = x\nurl = --upload-pack=touch\n");

    assertThat(push(tree("100644 blob " + harmful + "\t" + name))).contains("GIT-OBJECT");
    assertThat(push(tree("120000 blob " + harmful + "\t" + name)))
        .contains("GIT-PACK", "symbolic link");
    assertThat(push(tree("160000 commit " + door.head(clone) + "\t" + name))).contains("GIT-PACK");
  }

  /** Ours: settings that are there in one commit, and are others in the next. */
  @Test
  void git45_looksIntoSubmodulesThatAreChanged() throws Exception {
    String good = file("[submodule \"x\"]\npath = x\nurl = https://h/x\n");
    String harmful = file("[submodule \"x\"]\npath = x\nurl = --upload-pack=sh\n");
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      many.append("100644 blob ").append(good).append("\tfile").append(i).append('\n');
    }
    String before =
        door.feed(clone, many + "100644 blob " + good + "\t.gitmodules\n", "mktree").strip();
    String after =
        door.feed(clone, many + "100644 blob " + harmful + "\t.gitmodules\n", "mktree").strip();
    String first = door.git(clone, "commit-tree", "-m", "t", before).text().strip();
    String second = door.git(clone, "commit-tree", "-p", first, "-m", "t", after).text().strip();

    assertThat(door.git(clone, "push", "origin", second + ":refs/heads/agent/changed").text())
        .contains("GIT-OBJECT", ".gitmodules");
  }

  /** Ours: CVE-2022-23521; hosts need not check for it. */
  @Test
  void git45_takesNoAttributesThatGitHasNoRoomFor() throws Exception {
    String longest = "*.a x" + "x".repeat(2_042) + "\n";

    assertThat(push(tree("100644 blob " + file(longest) + "\t.gitattributes")))
        .contains("new branch");
    assertThat(push(tree("100644 blob " + file("x" + longest) + "\t.GITATTRIBUTES")))
        .contains("GIT-OBJECT", ".gitattributes");
  }

  @Test
  void takesSubmodulesThatAreNone() throws Exception {
    String settings =
        """
        [submodule "lib/a..b"]
          path = lib/a..b
          url = ../a.git
          branch = main
        [submodule "b"]
          path = b
          url = git@h:b.git
          update = rebase
        """;
    String file = file(settings);

    assertThat(push(tree("100644 blob " + file + "\t.gitmodules"))).contains("new branch");
  }

  /** Ours: what a file system without case, or Windows', takes for .git. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".git",
        ".GIT",
        "git~1",
        ".git.",
        ".git ",
        ".git::$INDEX_ALLOCATION",
        ".g\u200cit",
        "..",
        ".git\\x"
      })
  void git45_takesNoDirectoryThatIsGitsOwn(String name) throws Exception {
    String inside = tree("100644 blob " + file("x") + "\tconfig");
    assertThat(push(tree("040000 tree " + inside + "\t" + name))).contains("GIT-PACK");
  }
}
