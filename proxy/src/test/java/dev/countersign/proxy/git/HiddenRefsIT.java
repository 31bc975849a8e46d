package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A branch that may not be read, and ways around that. */
class HiddenRefsIT {

  private OpenGitDoor door;
  private String hidden;

  @BeforeEach
  void open() throws Exception {
    door = new OpenGitDoor();
    Path seed = door.root.resolve("seed");
    StockGit.write(seed, "hidden.txt", "hidden\n");
    door.commit(seed, "hidden");
    door.git(
        seed,
        "push",
        "-q",
        door.bare.toString(),
        "HEAD:hidden/merger",
        "HEAD~2:refs/heads/agent/old");
    hidden = door.upstream("refs/heads/hidden/merger");
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  /** What is cut off is what the ref has: whether it is there, and which commits, would be told. */
  @Test
  void git41_cutsNoHistoryAtARefThatMayNotBeRead() throws Exception {
    String want = "want " + door.upstream("refs/heads/main");
    for (String ref : new String[] {"refs/heads/hidden/merger", "hidden/merger", "nowhere"}) {
      assertThat(door.fetch(want, "deepen-not " + ref))
          .as(ref)
          .contains("ERR ", "GIT-SHALLOW", "cut at a ref that is not there for you")
          .doesNotContain("PACK");
    }

    Path clone = door.clone("--shallow-exclude=agent/old");

    assertThat(door.git(clone, "rev-list", "--count", "HEAD").text().strip()).isEqualTo("1");
  }

  /** Ours: git sends what is behind a commit that a client says it has cut off, wanted or not. */
  @Test
  void git29_givesNoHistoryOfACommitThatIsOnlySaidToBeCutOff() throws Exception {
    String want = "want " + door.upstream("refs/heads/main");
    String entire = door.fetch(want);
    Path clone = door.clone("--depth=1");

    for (String all : new String[] {"deepen 2147483647", "deepen-since 1"}) {
      assertThat(door.fetch(want, "shallow " + hidden, all))
          .as(all)
          .contains("PACK")
          .contains(count(entire))
          .doesNotContain("unshallow");
    }
    for (String same : new String[] {"0x7fffffff", "017777777777", "6442450943", "+1", "-1", "a"}) {
      assertThat(door.fetch(want, "shallow " + hidden, "deepen " + same))
          .as(same)
          .contains("ERR ", "GIT-PROTOCOL")
          .doesNotContain("PACK");
    }
    door.git(clone, "fetch", "--unshallow");

    assertThat(door.git(clone, "rev-list", "--count", "HEAD").text().strip()).isEqualTo("2");
  }

  /** Ours: that is counted from what a client says it has cut off, whose it may be. */
  @Test
  void git29_deepensNoHistoryOfACommitThatIsOnlySaidToBeCutOff() throws Exception {
    String want = "want " + door.upstream("refs/heads/main");
    Path clone = door.clone("--depth=1");

    assertThat(door.fetch(want, "shallow " + hidden, "deepen-relative", "deepen 1"))
        .contains("ERR ", "GIT-SHALLOW")
        .doesNotContain("PACK", "unshallow " + hidden);
    assertThat(door.git(clone, "fetch", "--deepen=1").text()).contains("GIT-SHALLOW", "(--depth)");
    assertThat(door.git(clone, "rev-list", "--count", "HEAD").text().strip()).isEqualTo("1");

    door.git(door.bare, "update-ref", "-d", "refs/heads/hidden/merger");
    StockGit.Printed printed = door.git(clone, "fetch", "--deepen=1");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.git(clone, "rev-list", "--count", "HEAD").text().strip()).isEqualTo("2");
  }

  /** What an upstream says of the objects that it sends. */
  private static String count(String answer) {
    return answer.replaceAll("(?s).*(Enumerating objects: [0-9]+, done).*", "$1");
  }

  /** Ours: tags come along with what they are of, and nobody was asked. */
  @Test
  void git29_sendsNoTagAlongThatNeedsAYes() throws Exception {
    door.git(door.bare, "update-ref", "-d", "refs/heads/hidden/merger");
    door.git(door.bare, "tag", "-a", "-m", "open", "v1", "main");
    String want = "want " + door.upstream("refs/heads/main");
    String without = count(door.fetch(want));
    assertThat(count(door.fetch(want, "include-tag"))).isNotEqualTo(without);

    door.git(door.bare, "tag", "-a", "-m", "sealed", "sealed/v2", "main");

    assertThat(count(door.fetch(want, "include-tag"))).isEqualTo(without);
  }

  /** Before a push, an upstream does not say which refs are other names of others. */
  @Test
  void git42_listsNoOtherNameOfAHiddenBranch() throws Exception {
    door.git(door.bare, "symbolic-ref", "refs/heads/agent/alias", "refs/heads/hidden/merger");

    String listed =
        door.get(
                "/info/refs?service=git-receive-pack",
                "Authorization",
                "Bearer " + OpenGitDoor.TOKEN)
            .body();

    assertThat(listed)
        .contains("refs/heads/main", "refs/heads/alias", "refs/heads/agent/old")
        .doesNotContain(hidden, "refs/heads/agent/alias", "hidden/merger");
  }

  /** Ours: a refusal that comes only where there is something would say that there is. */
  @Test
  void git42_doesNotSayWhetherAHiddenNameIsThere() throws Exception {
    String refused = listed("ref-prefix refs/heads/hidden/nowhere");

    assertThat(refused).contains("GIT-001");
    assertThat(withoutDecision(listed("ref-prefix refs/heads/hidden/merger")))
        .isEqualTo(withoutDecision(refused));
    assertThat(listed("ref-prefix refs/heads/hidden")).isEqualTo("0000");
    assertThat(listed("ref-prefix refs/heads/hiddem")).isEqualTo("0000");
    StockGit.Printed there = door.git(door.clone(), "fetch", "origin", "hidden/merger");
    StockGit.Printed nowhere = door.git(door.clone(), "fetch", "origin", "hidden/nowhere");

    assertThat(there.text().replace("merger", "nowhere"))
        .isEqualTo(nowhere.text())
        .contains("couldn't find remote ref");
  }

  /** Ours: a branch without commits is told of by what HEAD stands for alone. */
  @Test
  void git42_doesNotSayThatHeadStandsForAHiddenBranchWithoutCommits() throws Exception {
    door.git(door.bare, "symbolic-ref", "HEAD", "refs/heads/hidden/begun");

    String listed = listed("symrefs", "unborn");

    assertThat(listed).contains("refs/heads/main").doesNotContain("HEAD", "hidden/");
  }

  private static String withoutDecision(String refused) {
    return refused.replaceAll("decision [0-9a-f-]+/1", "decision");
  }

  /** What is told in protocol version 2. */
  private String listed(String... arguments) throws Exception {
    StringBuilder lines = new StringBuilder(PushBytes.line("command=ls-refs") + "0001");
    for (String argument : arguments) {
      lines.append(PushBytes.line(argument));
    }
    return OpenGitDoor.text(
        door.post(
            "/git-upload-pack",
            PushBytes.body(lines.toString(), new byte[0]),
            "Content-Type",
            PushBytes.FETCH,
            "Git-Protocol",
            "version=2"));
  }

  /** Ours: where the policy says no anyway, it says so whether there is such a name or not. */
  @ParameterizedTest
  @CsvSource({"hidden/merger, hidden/nowhere", "HIDDEN/Merger, HIDDEN/Nowher"})
  void git42_doesNotSayToAPushWhetherAHiddenNameIsThere(String there, String nowhere)
      throws Exception {
    Path clone = door.clone();

    StockGit.Printed refused = door.git(clone, "push", "origin", "HEAD:" + nowhere);
    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:" + there);

    assertThat(refused.text()).contains("blocked by policy GIT-009");
    assertThat(shape(printed.text(), there)).isEqualTo(shape(refused.text(), nowhere));
  }

  private static String shape(String printed, String name) {
    return printed.replace(name, "NAME").replaceAll("decision [0-9a-f-]+/1", "decision");
  }

  @Test
  void git05_doesNotSayWhichHiddenNameIsTooMuchLikeANewOne() throws Exception {
    Path clone = door.clone();

    door.git(door.bare, "symbolic-ref", "refs/heads/agent/alias", "refs/heads/hidden/merger");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/Alias");

    assertThat(printed.text())
        .contains("GIT-REF-NAME", "differs only in case or form from another one")
        .doesNotContain("agent/alias");
  }

  /** Ours: the upstream would say which ref is in the way, by name. */
  @Test
  void git05_doesNotSayWhichHiddenNameIsADirectoryOfANewOne() throws Exception {
    door.git(door.bare, "symbolic-ref", "refs/heads/agent/plan/x", "refs/heads/hidden/merger");
    Path clone = door.clone();

    for (String name : new String[] {"agent/plan", "agent/Plan", "agent/plan/x/y"}) {
      assertThat(door.git(clone, "push", "origin", "HEAD:" + name).text())
          .as(name)
          .contains("GIT-REF-NAME", "one would be the directory of the other: the ref and another")
          .doesNotContain("plan/x'", "cannot lock");
    }
    assertThat(door.git(clone, "push", "origin", "HEAD:agent/old/x").text())
        .contains("GIT-REF-NAME", "the ref and refs/heads/agent/old");
    assertThat(door.git(clone, "push", "origin", ":agent/old", "HEAD:agent/old/x").text())
        .contains("[new branch]");
  }
}
