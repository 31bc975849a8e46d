package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ours: what is asked of an upstream, one that is not git itself understands, too. */
class JGitHostIT {

  private JGitHost host;
  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    host = new JGitHost();
    door = new GitDoorBuilder().front((_, repository) -> host.serve(repository)).open();
    door.git(door.bare, "config", "uploadpack.allowFilter", "true");
  }

  @AfterEach
  void close() throws Exception {
    door.close();
    host.close();
    assertThat(door.server.asked).isEmpty();
  }

  @Test
  void clonesAndFetches() throws Exception {
    Path clone = door.clone();
    Path seed = door.root.resolve("seed");
    StockGit.write(seed, "more.txt", "more\n");
    door.commit(seed, "more");
    door.git(seed, "push", "-q", door.bare.toString(), "HEAD:main");

    StockGit.Printed fetched = door.git(clone, "fetch");

    assertThat(fetched.exit()).as(fetched.text()).isZero();
    assertThat(door.git(clone, "rev-parse", "origin/main").text().strip())
        .isEqualTo(door.upstream("refs/heads/main"));
    assertThat(door.git(clone, "branch", "-r").text())
        .contains("origin/main")
        .doesNotContain("hidden");
    assertThat(door.git(clone, "fsck", "--full").exit()).isZero();
    Path old = door.clone("-c", "protocol.version=0");
    assertThat(door.head(old)).isEqualTo(door.upstream("refs/heads/main"));
  }

  @Test
  void clonesShallowAndWithoutFiles() throws Exception {
    Path shallow = door.clone("--depth=1");
    assertThat(door.git(shallow, "rev-list", "--count", "HEAD").text().strip()).isEqualTo("1");
    assertThat(door.git(shallow, "fetch", "--unshallow").exit()).isZero();
    assertThat(door.git(shallow, "rev-list", "--count", "HEAD").text().strip()).isEqualTo("2");

    // Files that were left out are asked for by name: with a branch that is hidden, nobody may.
    door.git(door.bare, "update-ref", "-d", "refs/heads/hidden/merger");
    Path partial = door.clone("--filter=blob:none");
    assertThat(door.git(partial, "show", "HEAD~1:src/pay.py").text()).contains("print('pay')");
  }

  @Test
  void pushesToABranchAndForcesAndDeletesIt() throws Exception {
    Path clone = door.cloneWith("src/new.py", "print('new')\n");

    assertPushed(door.git(clone, "push", "origin", "HEAD:agent/seven"));
    assertThat(door.upstream("refs/heads/agent/seven")).isEqualTo(door.head(clone));
    door.git(clone, "commit", "--amend", "-q", "-m", "rewritten");
    assertPushed(door.git(clone, "push", "--force", "origin", "HEAD:agent/seven"));
    assertThat(door.upstream("refs/heads/agent/seven")).isEqualTo(door.head(clone));
    assertPushed(door.git(clone, "push", "origin", "HEAD:refs/tags/v1"));
    assertPushed(door.git(clone, "push", "origin", ":agent/seven"));
    assertThat(door.upstream("refs/heads/agent/seven")).isEmpty();
    assertThat(door.updates(Verdict.ALLOW).stream().map(RefUpdate::change))
        .containsExactly(
            RefUpdate.Change.CREATE,
            RefUpdate.Change.FORCE,
            RefUpdate.Change.CREATE,
            RefUpdate.Change.DELETE);
  }

  private static void assertPushed(StockGit.Printed printed) {
    assertThat(printed.exit()).as(printed.text()).isZero();
  }

  @Test
  void holdsAPushToMainAndReleasesItOnYes() throws Exception {
    Path clone = door.cloneWith("src/pay.py", "print('pay thrice')\n");

    Process push = door.startPush(clone, "main");
    PaperApprovals.Asked asked = door.approvals.next();
    assertThat(door.upstream("refs/heads/main")).isNotEqualTo(door.head(clone));
    asked.approve();

    assertPushed(StockGit.ended(push));
    assertThat(door.upstream("refs/heads/main")).isEqualTo(door.head(clone));
  }

  @Test
  void git23_blocksASecret() throws Exception {
    Path clone = door.cloneWith("aws.ini", "key = AKIA" + "Z7QWERTYUIOPASDF" + "\n");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/leak");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("GIT-002", "aws.ini line 1");
    assertThat(door.upstream("refs/heads/agent/leak")).isEmpty();
  }

  @Test
  void passesOnOptionsAndThatAPushIsAtomic() throws Exception {
    Path clone = door.clone();

    assertPushed(
        door.git(
            clone, "push", "--atomic", "-o", "ci.skip", "origin", "HEAD:agent/x", "HEAD:agent/y"));

    assertThat(door.updates(Verdict.ALLOW))
        .hasSize(2)
        .allMatch(update -> update.atomic() && update.pushOptions().equals(Set.of("ci.skip")));
    assertThat(door.upstream("refs/heads/agent/y")).isEqualTo(door.head(clone));
  }

  /** What JGit refuses, the client is told of each ref. */
  @Test
  void passesOnWhatItRefuses() throws Exception {
    Path clone = door.clone();
    assertPushed(door.git(clone, "push", "origin", "HEAD:agent/x"));
    door.git(door.bare, "config", "receive.denyNonFastForwards", "true");
    door.git(clone, "commit", "--amend", "-q", "-m", "rewritten");

    StockGit.Printed printed =
        door.git(clone, "push", "--force", "origin", "HEAD:agent/x", "HEAD:agent/y");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("[rejected]        HEAD -> agent/x (non-fast-forward)", "HEAD -> agent/y");
    assertThat(door.upstream("refs/heads/agent/y")).isEqualTo(door.head(clone));
    assertThat(door.journal.of(Event.CommandCompleted.class).getLast().error())
        .hasValue("rejected");
  }
}
