package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stock git pushes to a repository that names its objects by SHA-256. */
final class Sha256PushIT {

  private static final String KEY = "AKIA" + "Q3EGX7ZPLMNB2VWY";

  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    door = new GitDoorBuilder().format(ObjectFormat.SHA256).open();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  @Test
  void pushesOnTopOfWhatIsThereAndAgainOnTopOfThat() throws Exception {
    Path clone = door.cloneWith("src/new.py", "print('new')\n");

    StockGit.Printed first = door.git(clone, "push", "origin", "HEAD:agent/seven");
    Path names = door.root.resolve("state/mirrors-sha256/payments.git/names");
    await().untilAsserted(() -> assertThat(names.toFile().list()).as("kept").hasSize(2));
    StockGit.write(clone, "src/new.py", "print('newer')\n");
    door.commit(clone, "change it");
    StockGit.Printed second = door.git(clone, "push", "origin", "HEAD:agent/seven");

    assertThat(first.exit()).as(first.text()).isZero();
    assertThat(second.exit()).as(second.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/seven")).isEqualTo(door.head(clone)).hasSize(64);
    assertThat(door.updates(Verdict.ALLOW).stream().map(RefUpdate::change))
        .containsExactly(RefUpdate.Change.CREATE, RefUpdate.Change.FAST_FORWARD);
    assertThat(door.updates(Verdict.ALLOW))
        .allSatisfy(
            update -> {
              assertThat(update.commits().count()).isOne();
              assertThat(update.paths())
                  .singleElement()
                  .satisfies(path -> assertThat(path.path()).isEqualTo("src/new.py"));
            });
    assertThat(door.git(door.bare, "fsck", "--strict").exit()).isZero();
  }

  @Test
  void pushesTheFirstHistoryOfAnEmptyRepository() throws Exception {
    Path clone = door.clone();
    for (String ref : List.of("main", "hidden/merger")) {
      door.git(door.bare, "update-ref", "-d", "refs/heads/" + ref);
    }

    Process push = door.startPush(clone, "HEAD:agent/all");
    door.approvals.next().approve();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/all")).isEqualTo(door.head(clone));
    assertThat(door.updates(Verdict.APPROVE))
        .singleElement()
        .satisfies(update -> assertThat(update.commits().count()).isEqualTo(2));
  }

  @Test
  void git23_findsASecretThatALaterCommitRemovesAndNamesTheCommitAsGitDoes() throws Exception {
    Path clone = door.cloneWith("config/aws.ini", "[default]\nkey = " + KEY + "\n");
    String guilty = door.head(clone);
    Files.delete(clone.resolve("config/aws.ini"));
    door.commit(clone, "clean up");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/leak");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains(
            "GIT-002", "aws-access-key in config/aws.ini line 2, commit " + guilty.substring(0, 10))
        .doesNotContain(KEY);
    assertThat(door.updates(Verdict.BLOCK).getFirst().secrets().getFirst().commit())
        .isEqualTo(guilty);
    assertThat(door.upstream("refs/heads/agent/leak")).isEmpty();
  }

  @Test
  void git43_findsASecretInTheNameOfARef() throws Exception {
    StockGit.Printed printed = door.git(door.clone(), "push", "origin", "HEAD:agent/" + KEY);

    assertThat(printed.text()).contains("GIT-002", "found aws-access-key in (name of a ref)");
    assertThat(door.upstream("refs/heads/agent/" + KEY)).isEmpty();
  }

  @Test
  void blocksForceAndDeleteOfMainAndMovedTags() throws Exception {
    Path clone = door.clone();
    String before = door.upstream("refs/heads/main");
    assertThat(door.git(clone, "push", "origin", "HEAD~1:refs/tags/v1").exit()).isZero();
    door.git(clone, "commit", "--amend", "-q", "-m", "rewritten");

    StockGit.Printed force = door.git(clone, "push", "--force", "origin", "main");
    StockGit.Printed delete = door.git(clone, "push", "origin", ":main");
    StockGit.Printed tag = door.git(clone, "push", "-f", "origin", "HEAD:refs/tags/v1");

    assertThat(force.text())
        .contains("remote: Countersign: blocked by policy GIT-003 (main is not rewritten)");
    assertThat(delete.text()).contains("[remote rejected]", "GIT-003");
    assertThat(tag.text()).contains("GIT-004");
    assertThat(door.upstream("refs/heads/main")).isEqualTo(before);
    assertThat(door.updates(Verdict.BLOCK).stream().map(RefUpdate::change))
        .contains(RefUpdate.Change.FORCE, RefUpdate.Change.DELETE, RefUpdate.Change.MOVE_TAG);
  }

  @Test
  void git25_holdsAWorkflowEditAndReleasesExactlyIt() throws Exception {
    Path clone = door.cloneWith(".github/workflows/ci.yml", "on: pull_request_target\n");
    String old = door.git(clone, "rev-parse", "HEAD~1:.github/workflows/ci.yml").text().strip();
    String edited = door.git(clone, "rev-parse", "HEAD:.github/workflows/ci.yml").text().strip();

    Process push = door.startPush(clone, "HEAD:agent/ci");
    PaperApprovals.Asked asked = door.approvals.next();
    assertThat(door.upstream("refs/heads/agent/ci")).isEmpty();
    asked.approve();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/ci")).isEqualTo(door.head(clone));
    assertThat(asked.command().text())
        .contains(
            "0".repeat(64) + " " + door.head(clone) + " refs/heads/agent/ci", "\npack sha256:");
    assertThat(asked.exhibits())
        .anySatisfy(
            exhibit ->
                assertThat(exhibit.content())
                    .contains(
                        "index " + old.substring(0, 10) + ".." + edited.substring(0, 10),
                        "+on: pull_request_target"));
    assertThat(asked.exhibits())
        .anySatisfy(
            exhibit -> assertThat(exhibit.content()).contains(door.head(clone).substring(0, 10)));
  }

  @Test
  void git26_showsTheTrueCommitsOfSubmodules() throws Exception {
    Path clone = door.clone();
    String other = "5e".repeat(32);
    String another = "5e".repeat(31) + "ff";
    link(clone, other);
    Process first = door.startPush(clone, "HEAD:main");
    PaperApprovals.Asked asked = door.approvals.next();
    asked.approve();
    assertThat(first.waitFor()).isZero();
    link(clone, another);

    Process second = door.startPush(clone, "HEAD:main");
    PaperApprovals.Asked again = door.approvals.next();
    again.deny("no");
    second.waitFor();

    assertThat(asked.exhibits().toString()).contains("+Subproject commit " + other);
    assertThat(again.exhibits().toString())
        .contains("-Subproject commit " + other, "+Subproject commit " + another);
    assertThat(door.updates(Verdict.APPROVE).getLast().paths())
        .singleElement()
        .satisfies(
            path -> assertThat(path.content()).isEqualTo(RefUpdate.PathChange.Content.SUBMODULE));
  }

  private void link(Path clone, String commit) throws Exception {
    door.git(clone, "update-index", "--add", "--cacheinfo", "160000," + commit + ",vendor");
    door.git(clone, "commit", "-q", "-m", "vendor");
  }

  @Test
  void believesSignaturesOverTheBytesThatWereSigned() throws Exception {
    Path clone = door.clone();
    Path key = door.root.resolve("key");
    door.run(door.root, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    Files.writeString(
        door.signers,
        "*@example.org namespaces=\"git\" "
            + Files.readString(door.root.resolve("key.pub")).strip()
            + "\n");
    StockGit.Printed printed =
        door.git(
            clone,
            "-c",
            "gpg.format=ssh",
            "-c",
            "user.signingkey=" + key,
            "commit",
            "-q",
            "-S",
            "--allow-empty",
            "-m",
            "signed");
    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(signed(clone, "agent/a")).isEqualTo("1 true");

    String raw = door.git(clone, "cat-file", "commit", "HEAD").text();
    assertThat(raw).contains("\ngpgsig-sha256 ");
    commit(clone, raw.replace("\n\nsigned", "\n\nforged"));
    assertThat(signed(clone, "agent/b")).isEqualTo("1 false");

    commit(clone, raw.replace("\ngpgsig-sha256 ", "\ngpgsig "));
    assertThat(signed(clone, "agent/c")).isEqualTo("0 false");
  }

  private void commit(Path clone, String raw) throws Exception {
    String id = door.feed(clone, raw, "hash-object", "-t", "commit", "-w", "--stdin").strip();
    door.git(clone, "reset", "-q", "--hard", id);
  }

  private String signed(Path clone, String branch) throws Exception {
    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:" + branch);
    assertThat(printed.exit()).as(printed.text()).isZero();
    RefUpdate.Commits commits = door.updates(Verdict.ALLOW).getLast().commits();
    return commits.signed() + " " + commits.allSigned();
  }

  @Test
  void pushesTagsMergesAndManyDeltas() throws Exception {
    Path clone = door.clone();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      text.append("line ").append(i * 7919L % 10_007).append('\n');
    }
    door.git(clone, "checkout", "-q", "-b", "side");
    for (int i = 0; i < 20; i++) {
      StockGit.write(clone, "big.txt", text.toString() + i + "\n");
      StockGit.write(clone, "d/" + i + "/e.txt", i + "\n");
      door.commit(clone, "change " + i);
    }
    door.git(clone, "checkout", "-q", "main");
    StockGit.write(clone, "other.txt", "other\n");
    door.commit(clone, "other");
    door.git(clone, "merge", "-q", "-m", "merge", "side");
    door.git(clone, "tag", "-a", "-m", "a tag", "v1");
    door.git(clone, "repack", "-adfq", "--depth=50");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/merged", "v1");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/merged")).isEqualTo(door.head(clone));
    assertThat(door.upstream("refs/tags/v1^{commit}")).isEqualTo(door.head(clone));
    assertThat(door.updates(Verdict.ALLOW).getFirst().commits().count()).isEqualTo(22);
    assertThat(door.git(door.bare, "fsck", "--strict").exit()).isZero();
  }

  @Test
  void tellsWhatBecameOfAPushWhoseUpstreamBreaksOff() throws Exception {
    Path clone = door.clone();
    door.server.trouble.set(GitServer.Trouble.BREAKS_OFF_AFTER_PUSH);

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/broken");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/broken")).isEqualTo(door.head(clone));
  }

  @Test
  void looksAtTheRefsAgainBeforeWhatWaitedIsSent() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");

    Process push = door.startPush(clone, "main");
    PaperApprovals.Asked asked = door.approvals.next();
    String moved = door.git(door.bare, "rev-parse", "main~1").text().strip();
    door.git(door.bare, "update-ref", "refs/heads/main", moved);
    asked.approve();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.text()).contains("the ref has moved while the push waited");
    assertThat(door.upstream("refs/heads/main")).isEqualTo(moved);
  }

  @Test
  void knowsWhatAForceLoses() throws Exception {
    Path clone = door.clone();
    Path stranger = door.root.resolve("stranger");
    Files.createDirectories(stranger);
    door.git(stranger, "init", "-q", "--object-format=sha256", "-b", "main");
    StockGit.write(stranger, "s.txt", "s\n");
    door.commit(stranger, "another beginning");
    door.git(stranger, "push", "-q", door.bare.toString(), "main:agent/x");
    String lost = door.head(stranger);

    Process push = door.start(clone, OpenGitDoor.TOKEN, "push", "-f", "origin", "HEAD:agent/x");
    PaperApprovals.Asked asked = door.approvals.next();
    asked.approve();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(asked.exhibits().toString())
        .contains("the ref is overwritten: it loses 1 commits, the last " + lost.substring(0, 10));
    assertThat(door.updates(Verdict.APPROVE).getLast().change()).isEqualTo(RefUpdate.Change.FORCE);
  }

  @Test
  void git12_refusesPushesThatSayNothingOrSomethingElseOfTheirNames() throws Exception {
    String main = door.upstream("refs/heads/main");
    String zero = "0".repeat(64);
    byte[] pack = TestPacks.of(0).end("SHA-256");

    assertThat(push(zero + " " + main + " refs/heads/agent/x\0 report-status", pack))
        .contains("GIT-PROTOCOL", "does not say object-format=sha256");
    assertThat(
            push(
                zero + " " + main + " refs/heads/agent/x\0 report-status object-format=sha1", pack))
        .contains("not offered");
    assertThat(
            push(
                "0".repeat(40)
                    + " "
                    + main.substring(0, 40)
                    + " refs/heads/agent/x\0 report-status object-format=sha256",
                pack))
        .contains("GIT-PROTOCOL", "otherwise than by sha256");
    assertThat(
            push(
                zero + " " + main + " refs/heads/agent/x\0 report-status object-format=sha256",
                TestPacks.of(0).end()))
        .contains("GIT-PACK", "ends early");
    assertThat(
            push(
                zero
                    + " "
                    + "a".repeat(64)
                    + " refs/heads/agent/x\0 report-status object-format=sha256",
                pack))
        .contains("GIT-INCOMPLETE");
    assertThat(
            push(
                zero + " " + main + " refs/heads/agent/y\0 report-status object-format=sha256",
                pack))
        .contains("ok refs/heads/agent/y");
    assertThat(door.upstream("refs/heads/agent/x")).isEmpty();
    assertThat(door.upstream("refs/heads/agent/y")).isEqualTo(main);
  }

  private String push(String command, byte[] pack) throws Exception {
    return door.push(PushBytes.line(command), pack);
  }
}
