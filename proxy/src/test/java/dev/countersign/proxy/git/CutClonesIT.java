package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Clones that leave out history or files, where a resource allows them and where it does not. */
class CutClonesIT {

  /**
   * Ours: where the history is cut off says the client; what it has upstream, the gateway knows.
   */
  @Test
  void git29_takesPushesFromShallowClonesWhoseHistoryIsUpstream() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = door.clone("--depth=1");
      StockGit.write(clone, "a.txt", "a\n");
      door.commit(clone, "a");

      StockGit.Printed pushed = door.git(clone, "push", "origin", "HEAD:agent/a");
      StockGit.Printed again = door.git(clone, "push", "origin", "HEAD:agent/a");
      door.git(clone, "checkout", "-q", "--orphan", "rewritten");
      door.git(clone, "commit", "-q", "-m", "rewritten");
      StockGit.Printed forced = door.git(clone, "push", "--force", "origin", "HEAD:main");

      assertThat(pushed.exit()).as(pushed.text()).isZero();
      assertThat(again.text()).isEqualTo("Everything up-to-date\n");
      assertThat(forced.text()).contains("GIT-003");
      assertThat(door.updates(Verdict.ALLOW))
          .singleElement()
          .satisfies(update -> assertThat(update.commits().count()).isOne());
    }
  }

  /** Ours: in version 0, git says that it would leave files out though nobody offered it. */
  @Test
  void git17_clonesWholeWhereAnOldClientWouldLeaveFilesOut() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = door.clone("-c", "protocol.version=0", "--filter=blob:none");

      assertThat(door.git(clone, "fsck", "--connectivity-only").exit()).isZero();
    }
  }

  @Test
  void git29_takesNoHistoryThatIsCutOffAndNotUpstream() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path other = Files.createDirectory(door.root.resolve("other"));
      door.git(other, "init", "-q");
      door.git(other, "commit", "-q", "--allow-empty", "-m", "cut off");
      door.git(other, "commit", "-q", "--allow-empty", "-m", "kept");
      door.git(door.root, "clone", "-q", "--depth=1", "file://" + other, "cut");

      StockGit.Printed printed =
          door.git(
              door.root.resolve("cut"), "push", door.url().toString(), "HEAD:refs/heads/agent/x");

      assertThat(printed.text()).contains("GIT-INCOMPLETE", "run git fetch --unshallow first");
      assertThat(door.upstream("refs/heads/agent/x")).isEmpty();
    }
  }

  @Test
  void git29_refusesCutClonesWhereTheyAreNotAllowed() throws Exception {
    try (OpenGitDoor door = open(new GitUpstream.Fetching(false, false))) {
      Path shallow = door.root.resolve("shallow");
      String url = door.url().toString();

      // Stock git does without what is not offered, or gives up.
      door.git(door.root, "clone", "-q", "--depth=1", url, shallow.toString());
      door.git(door.root, "clone", "-q", "--filter=blob:none", url, "partial");

      assertThat(List.of(shallow, door.root.resolve("partial")))
          .allSatisfy(
              clone ->
                  assertThat(
                          !Files.exists(clone)
                              || door.git(clone, "rev-list", "--count", "main")
                                  .text()
                                  .strip()
                                  .equals("2"))
                      .isTrue());
      assertThat(asked(door, "deepen 1")).contains("ERR ", "GIT-SHALLOW");
      assertThat(asked(door, "deepen-since 1700000000")).contains("ERR ", "GIT-SHALLOW");
      assertThat(asked(door, "deepen-not refs/heads/main")).contains("ERR ", "GIT-SHALLOW");
      assertThat(asked(door, "filter blob:none")).contains("ERR ", "GIT-PARTIAL");
      assertThat(asked(door, "filter tree:0")).contains("ERR ", "GIT-PARTIAL");
    }
  }

  @Test
  void fetchesLeftOutFilesLaterWhereThatIsAllowed() throws Exception {
    try (OpenGitDoor door = open(new GitUpstream.Fetching(true, true))) {
      door.git(door.bare, "config", "uploadpack.allowFilter", "true");
      door.git(door.bare, "config", "uploadpack.allowAnySHA1InWant", "true");
      door.git(door.bare, "update-ref", "-d", "refs/heads/hidden/merger");

      Path clone = door.clone("--filter=blob:none", "--no-checkout");
      String missing = door.git(clone, "rev-list", "--objects", "--missing=print", "main").text();
      StockGit.Printed shown = door.git(clone, "show", "main:src/pay.py");

      assertThat(missing).contains("?");
      assertThat(shown.text()).contains("pay twice");
      assertThat(door.journal.of(Event.CommandDecided.class))
          .anyMatch(event -> event.text().contains("filter blob:none"));
    }
  }

  /**
   * What is left out is said by the client, not by a file of the host: that may be any, and the
   * answer tells whether it is there and what it says.
   */
  @Test
  void git29_leavesNothingOutByAFileThatMayNotBeRead() throws Exception {
    try (OpenGitDoor door = open(new GitUpstream.Fetching(true, true))) {
      door.git(door.bare, "config", "uploadpack.allowFilter", "true");
      String file = "sparse:oid=refs/heads/hidden/merger:README.md";

      for (String filter : List.of(file, "combine:tree:1+" + file, "combine:sparse%3aoid=main:x")) {
        assertThat(asked(door, "filter " + filter))
            .as(filter)
            .contains("ERR ", "GIT-PROTOCOL", "a filter that is not known")
            .doesNotContain("PACK");
      }
      for (String filter : List.of("blob:limit=1k", "tree:1", "object:type=commit", "blob:none")) {
        door.clone("--no-checkout", "--filter=" + filter);
      }
      door.clone("--no-checkout", "--filter=tree:1", "--filter=blob:limit=10");
    }
  }

  /** Ours: an object that is no tip may be of the ref that nobody reads without a yes. */
  @Test
  void git29_asksAHumanForWhatMayBeOfABranchThatNeedsOne() throws Exception {
    try (OpenGitDoor door = open(new GitUpstream.Fetching(true, true))) {
      door.git(door.bare, "update-ref", "-d", "refs/heads/hidden/merger");
      Path seed = door.root.resolve("seed");
      StockGit.write(seed, "sealed.txt", "sealed\n");
      door.commit(seed, "sealed");
      door.git(seed, "push", "-q", door.bare.toString(), "HEAD:refs/heads/sealed/report");
      String tree = door.upstream("refs/heads/sealed/report^{tree}");

      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return door.fetch("want " + tree);
                } catch (Exception e) {
                  throw new CompletionException(e);
                }
              });
      door.approvals.next().deny("not yours");

      assertThat(answer.join()).contains("ERR ", "not yours").doesNotContain("PACK");
    }
  }

  private static OpenGitDoor open(GitUpstream.Fetching fetching) throws Exception {
    return new GitDoorBuilder().fetching(fetching).open();
  }

  /** What is answered to somebody who asks for main in a way that was not offered. */
  private static String asked(OpenGitDoor door, String argument) throws Exception {
    return door.fetch("want " + door.upstream("refs/heads/main"), argument);
  }
}
