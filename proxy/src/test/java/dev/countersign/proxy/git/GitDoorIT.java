package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Verdict;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stock git against the door, and bytes that stock git would not send. */
class GitDoorIT {

  private static final String ZERO = "0".repeat(40);
  private static final String KEY = "AKIA" + "Q3EGX7ZPLMNB2VWY";

  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    door = new OpenGitDoor();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  @Test
  void clonesWithoutWhatIsHidden() throws Exception {
    Path clone = door.clone();

    assertThat(Files.readString(clone.resolve("src/pay.py"))).contains("twice");
    assertThat(door.git(clone, "branch", "-r").text())
        .contains("origin/main")
        .doesNotContain("hidden");
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .anySatisfy(
            event -> {
              assertThat(event.status()).startsWith("pack of ");
              long pack = Long.parseLong(event.status().replaceAll("[^0-9]", ""));
              assertThat(event.bytes()).as("the pack and its frames").isBetween(pack, pack + 4_096);
            });
    assertThat(door.git(clone, "fetch").exit()).isZero();
  }

  @Test
  void gw40_whoTriesTooOftenIsToldToWaitAndAGoodTokenGetsInMeanwhile() throws Exception {
    door.tireOfStrangers();

    String told =
        new String(
            door.start(door.root, "wrong", "ls-remote", door.url().toString())
                .getInputStream()
                .readAllBytes(),
            StandardCharsets.UTF_8);

    assertThat(told)
        .contains("429", "too many sign-ins from this address were not good; try again in");
    assertThat(door.journal.of(Event.SessionRefused.class)).isEmpty();
    assertThat(door.git(door.root, "ls-remote", door.url().toString()).exit()).isZero();
  }

  @Test
  void clonesShallowWhereThatIsAllowed() throws Exception {
    Path clone = door.clone("--depth=1");

    assertThat(door.git(clone, "rev-list", "--count", "HEAD").text().strip()).isEqualTo("1");
  }

  @Test
  void fetchesAndPushesOverOneConnection() throws Exception {
    Path clone = door.cloneWith("src/new.py", "print('new')\n");

    assertThat(traced(clone, "fetch"))
        .containsOnlyOnce("Connected to")
        .contains("POST /git/payments/git-upload-pack HTTP/2");
    assertThat(traced(clone, "push", "origin", "HEAD:agent/seven"))
        .containsOnlyOnce("Connected to")
        .contains("POST /git/payments/git-receive-pack HTTP/2");
  }

  /** What is not kept in memory can hang over HTTP/2 before git 2.44. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "2"})
  void fetchesOverHttp1WhatDoesNotFitIntoMemory(String version) throws Exception {
    StringBuilder commits = new StringBuilder();
    for (int i = 0; i < 1_500; i++) {
      commits
          .append("commit refs/heads/many/%d\n".formatted(i))
          .append("committer A <a@example.org> %d +0000\ndata 0\n\n".formatted(1_700_000_000 + i));
    }
    door.feed(door.bare, commits.toString(), "fast-import", "--quiet");

    Path clone = door.root.resolve("many");
    String trace =
        traced(
            door.root,
            "-c",
            "http.postBuffer=65536",
            "-c",
            "protocol.version=" + version,
            "clone",
            door.url().toString(),
            clone.toString());

    assertThat(trace.substring(trace.indexOf("Send header: Content-Length: 4")))
        .contains("POST /git/payments/git-upload-pack HTTP/1.1");
    assertThat(door.git(clone, "branch", "-r", "--list", "origin/many/*").text().lines())
        .hasSize(1_500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"git/2.39.5", "git/2.43.0.windows.1", "git/2.39.5 (Apple Git-154)"})
  void pushesOverHttp1WhatDoesNotFitIntoMemory(String agent) throws Exception {
    byte[] noise = new byte[200_000];
    new Random(5).nextBytes(noise);
    Path clone = door.cloneWith("noise", Base64.getEncoder().encodeToString(noise));

    String trace =
        traced(
            clone,
            "-c",
            "http.userAgent=" + agent,
            "-c",
            "http.postBuffer=65536",
            "push",
            "origin",
            "HEAD:agent/seven");

    assertThat(trace.substring(trace.indexOf("Send header: Content-Length: 4")))
        .contains("POST /git/payments/git-receive-pack HTTP/1.1");
    assertThat(door.upstream("refs/heads/agent/seven")).isEqualTo(door.head(clone));
  }

  /** What git prints of itself and of its connections. */
  private String traced(Path directory, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("-c", "alias.traced=!GIT_TRACE_CURL=1 git"));
    command.add("traced");
    command.addAll(List.of(arguments));
    StockGit.Printed printed = door.git(directory, command.toArray(String[]::new));
    assertThat(printed.exit()).as(printed.text()).isZero();
    return printed.text();
  }

  @Test
  void pushesToABranchOfItsOwn() throws Exception {
    Path clone = door.cloneWith("src/new.py", "print('new')\n");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/seven");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/seven")).isEqualTo(door.head(clone));
    assertThat(door.updates(Verdict.ALLOW))
        .anySatisfy(
            update -> {
              assertThat(update.change()).isEqualTo(RefUpdate.Change.CREATE);
              assertThat(update.commits().count()).isOne();
              assertThat(update.commits().authors()).containsExactly("agent-7@example.org");
              assertThat(update.paths())
                  .singleElement()
                  .satisfies(
                      path -> {
                        assertThat(path.path()).isEqualTo("src/new.py");
                        assertThat(path.linesAdded()).isOne();
                        assertThat(path.status()).isEqualTo(RefUpdate.PathChange.Status.ADDED);
                      });
            });
    assertThat(door.journal.of(Event.ContentRecorded.class))
        .anyMatch(event -> event.content().contains("ok refs/heads/agent/seven"));
  }

  @Test
  void holdsAPushToMainAndReleasesItOnYes() throws Exception {
    Path clone = door.cloneWith("src/pay.py", "print('pay thrice')\n");

    Process push = door.startPush(clone, "main");
    PaperApprovals.Asked asked = door.approvals.next();
    String before = door.upstream("refs/heads/main");
    asked.approve();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(printed.text())
        .contains(
            "remote: Countersign: waiting for approval AP-1",
            "https://gateway/approvals/AP-1",
            "remote: approved; it goes to the upstream now");
    String head = door.head(clone);
    assertThat(door.upstream("refs/heads/main")).isEqualTo(head).isNotEqualTo(before);
    assertThat(asked.command().text())
        .contains(before + " " + head + " refs/heads/main", "sha256:");
    assertThat(asked.exhibits())
        .anySatisfy(
            exhibit -> assertThat(exhibit.content()).contains("-print('pay twice')", "+print("));
  }

  @Test
  void gw41_takesNoPushBesideThoseThatWaitAndFillTheDisk() throws Exception {
    try (OpenGitDoor small = new GitDoorBuilder().disk(1).open()) {
      Path clone = small.cloneWith("a.txt", "a\n");
      Process waits = small.startPush(clone, "HEAD:main");
      PaperApprovals.Asked asked = small.approvals.next();

      StockGit.Printed other = small.git(clone, "push", "origin", "HEAD:agent/a");

      assertThat(other.text()).contains("GIT-PUSH-LIMIT", "no room beside the pushes that wait");
      asked.approve();
      assertThat(StockGit.ended(waits).exit()).isZero();
      assertThat(small.git(clone, "push", "origin", "HEAD:agent/a").exit()).isZero();
    }
  }

  @Test
  void letsInWhoIsAdmittedOnly() throws Exception {
    door.refusal = Optional.of(notOpen());

    StockGit.Printed printed = door.git(door.root, "ls-remote", door.url().toString());

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("payments is not open to you. Ask for a grant.");
  }

  private static NotAdmittedException notOpen() {
    return new NotAdmittedException("payments is not open to you", "Ask for a grant.");
  }

  /** GW-43, at this door: an outage is no lack of rights, and clients may come again. */
  @Test
  void gw43_whoIsNotLetInBecauseTheDatabaseIsAwayIsToldSo() throws Exception {
    door.refusal = Optional.of(NotAdmittedException.databaseAway());

    StockGit.Printed printed = door.git(door.root, "ls-remote", door.url().toString());

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("the gateway's own database does not answer")
        .contains("Try again in a moment", "error: 503");
    assertThat(door.server.asked).isEmpty();
  }

  /** Ours: an outage of the gateway's disk is said in words, not with a bare 500. */
  @Test
  void whoCannotBeRecordedIsToldSo() throws Exception {
    door.journal.broken(true);

    StockGit.Printed printed = door.git(door.root, "ls-remote", door.url().toString());

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("the journal cannot be written", "error: 503");
    assertThat(door.get("/info/refs?service=git-upload-pack", "Authorization", "Bearer no"))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(401);
    assertThat(door.server.asked).isEmpty();
  }

  @Test
  void pushesNothingOnNo() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");
    String before = door.upstream("refs/heads/main");

    Process push = door.startPush(clone, "main");
    door.approvals.next().deny("not on a Friday");
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("[remote rejected]", "not on a Friday");
    assertThat(door.upstream("refs/heads/main")).isEqualTo(before);
  }

  @Test
  void withdrawsWhenTheClientLeaves() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");

    Process push = door.startPush(clone, "main");
    PaperApprovals.Asked asked = door.approvals.next();
    push.descendants().forEach(ProcessHandle::destroyForcibly);
    push.destroyForcibly();

    assertThat(door.approvals.withdrawn.poll(30, java.util.concurrent.TimeUnit.SECONDS))
        .isEqualTo(asked.id());
  }

  @Test
  void blocksForceAndDeleteOfMain() throws Exception {
    Path clone = door.clone();
    String before = door.upstream("refs/heads/main");
    door.git(clone, "commit", "--amend", "-q", "-m", "rewritten");

    StockGit.Printed force = door.git(clone, "push", "--force", "origin", "main");
    StockGit.Printed delete = door.git(clone, "push", "origin", ":main");

    assertThat(force.exit()).isNotZero();
    assertThat(force.text())
        .contains("remote: Countersign: blocked by policy GIT-003 (main is not rewritten)")
        .contains("remote:   hint: Open a merge request.");
    assertThat(delete.text()).contains("[remote rejected]", "GIT-003");
    assertThat(door.upstream("refs/heads/main")).isEqualTo(before);
    assertThat(door.updates(Verdict.BLOCK).stream().map(RefUpdate::change))
        .contains(RefUpdate.Change.FORCE, RefUpdate.Change.DELETE);
  }

  @Test
  void git23_findsASecretThatALaterCommitRemoves() throws Exception {
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
    assertThat(door.upstream("refs/heads/agent/leak")).isEmpty();
    assertThat(door.journal.of(Event.CommandDecided.class).toString()).doesNotContain(KEY);
  }

  @Test
  void git23_findsSecretsInMessagesTagsAndNames() throws Exception {
    Path clone = door.clone();
    door.git(clone, "commit", "-q", "--allow-empty", "-m", "use " + KEY);
    assertThat(door.git(clone, "push", "origin", "HEAD:agent/message").text())
        .contains("aws-access-key in (commit message)");
    door.git(clone, "reset", "-q", "--hard", "origin/main");
    door.git(clone, "tag", "-a", "-m", KEY, "v1");
    assertThat(door.git(clone, "push", "origin", "v1").text())
        .contains("aws-access-key in (tag message)");
    StockGit.write(clone, KEY + ".txt", "harmless\n");
    door.commit(clone, "a name");
    assertThat(door.git(clone, "push", "origin", "HEAD:agent/name").text())
        .contains("aws-access-key in «aws-access-key».txt")
        .doesNotContain("in " + KEY);
  }

  /** What goes upstream beside objects is told to everybody there, and to its hooks. */
  @Test
  void git43_findsSecretsInNamesOfRefsAndInPushOptions() throws Exception {
    Path clone = door.clone();

    StockGit.Printed name = door.git(clone, "push", "origin", "HEAD:agent/" + KEY);
    StockGit.Printed tag = door.git(clone, "push", "origin", "HEAD:refs/tags/" + KEY);
    StockGit.Printed option =
        door.git(clone, "push", "-o", "ci.variable=K=" + KEY, "origin", "HEAD:agent/x");
    door.git(door.bare, "update-ref", "refs/heads/agent/old", "main");
    StockGit.Printed delete =
        door.git(clone, "push", "-o", "why=" + KEY, "origin", ":refs/heads/agent/old");

    assertThat(name.text()).contains("GIT-002", "found aws-access-key in (name of a ref)");
    assertThat(tag.text()).contains("GIT-002", "found aws-access-key in (name of a ref)");
    assertThat(option.text()).contains("GIT-002", "found aws-access-key in (push option)");
    assertThat(delete.text()).contains("GIT-002", "found aws-access-key in (push option)");
    assertThat(door.upstream("refs/heads/agent/" + KEY)).isEmpty();
    assertThat(door.upstream("refs/heads/agent/x")).isEmpty();
    assertThat(door.upstream("refs/heads/agent/old")).isNotEmpty();
    assertThat(door.journal.of(Event.CommandDecided.class).toString())
        .contains("refs/heads/agent/«aws-access-key»", "blacked out: sha256:")
        .doesNotContain(KEY);
  }

  @Test
  void git43_deletesABranchWhoseNameIsASecret() throws Exception {
    Path clone = door.clone();
    door.git(door.bare, "update-ref", "refs/heads/agent/" + KEY, "main");

    StockGit.Printed printed = door.git(clone, "push", "origin", ":refs/heads/agent/" + KEY);

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/" + KEY)).isEmpty();
  }

  @Test
  void git25_holdsAWorkflowEditOnABranchOfItsOwn() throws Exception {
    Path clone = door.cloneWith(".github/workflows/ci.yml", "on: pull_request_target\n");
    door.git(clone, "revert", "--no-edit", "HEAD");

    Process push = door.startPush(clone, "HEAD:agent/ci");
    door.approvals.next().deny("no");
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.text()).contains("GIT-005");
    assertThat(door.upstream("refs/heads/agent/ci")).isEmpty();
  }

  @Test
  void git08_judgesADeleteAmongOthers() throws Exception {
    Path clone = door.clone();

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/x", ":main");

    assertThat(printed.text())
        .contains("main (blocked by policy GIT-003", "another ref of this push is blocked");
    assertThat(door.upstream("refs/heads/agent/x")).isEmpty();
    assertThat(door.upstream("refs/heads/main")).isNotEmpty();
  }

  @Test
  void git03_judgesASymbolicRefByWhatItStandsFor() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");

    Process push = door.startPush(clone, "HEAD:alias");
    PaperApprovals.Asked asked = door.approvals.next();
    asked.deny("no");
    push.waitFor();

    assertThat(door.updates(Verdict.APPROVE))
        .anyMatch(update -> update.ref().equals("refs/heads/main"));
  }

  @Test
  void git27_keepsTags() throws Exception {
    Path clone = door.clone();
    assertThat(door.git(clone, "push", "origin", "HEAD~1:refs/tags/v1").exit()).isZero();

    StockGit.Printed printed = door.git(clone, "push", "-f", "origin", "HEAD:refs/tags/v1");

    assertThat(printed.text()).contains("GIT-004");
  }

  @Test
  void git04_git05_git28_refusesOtherNamespacesAndNames() throws Exception {
    Path clone = door.clone();
    String head = door.head(clone);
    for (String ref :
        List.of("refs/for/main", "refs/notes/commits", "refs/replace/" + head, "refs/heads/Main")) {
      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:" + ref);
      assertThat(printed.exit()).as(ref).isNotZero();
      assertThat(printed.text()).as(ref).contains("GIT-REF-NAME");
      assertThat(door.upstream(ref)).as(ref).isEmpty();
    }
  }

  /** Ours: neither is there yet, and on a file system without case there is one. */
  @Test
  void git05_refusesTwoNewNamesThatAreOneWithoutCase() throws Exception {
    StockGit.Printed printed =
        door.git(door.clone(), "push", "origin", "HEAD:agent/One", "HEAD:agent/one");

    assertThat(printed.text()).contains("GIT-REF-NAME", "differ only in case or form");
    assertThat(door.upstream("refs/heads/agent/One")).isEmpty();
  }

  /** Ours: who resets a clone to origin/main gets the tag of that name instead of the branch. */
  @Test
  void git05_refusesATagThatIsTakenForABranchAndABranchForATag() throws Exception {
    door.git(door.bare, "tag", "v1", "main~1");
    Path clone = door.cloneWith("a.txt", "not what main is\n");

    for (String name :
        List.of("refs/tags/main", "refs/tags/origin/main", "refs/tags/Main", "refs/heads/v1")) {
      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/x", "HEAD:" + name);

      assertThat(printed.text()).as(name).contains("GIT-REF-NAME", "by a short name");
    }
    for (String name : List.of("refs/tags/agent/v3", "refs/tags/origin/Agent/v3")) {
      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/v3", "HEAD:" + name);

      assertThat(printed.text()).as("at once with " + name).contains("GIT-REF-NAME", "of the push");
    }
    Path victim = door.clone();
    assertThat(door.git(victim, "rev-parse", "origin/main").text().strip())
        .isEqualTo(door.upstream("refs/heads/main"));
    assertThat(door.git(clone, "push", "origin", "HEAD:refs/tags/v2").exit()).isZero();
    assertThat(door.git(clone, "push", "origin", ":v2", "HEAD:refs/tags/agent/v2").exit()).isZero();
  }

  /** Ours: what is refused is on record line by line, and no name may begin another line. */
  @Test
  void git01_recordsNoLinesThatAClientMakesUp() throws Exception {
    String main = door.upstream("refs/heads/main");
    String lie = ZERO + " " + main + " refs/heads/made-up";
    String ref = "refs/heads/agent/x\n" + lie;

    door.push(
        PushBytes.line(ZERO + " " + main + " " + ref + "\0 report-status"), TestPacks.of(0).end());
    byte[] list =
        PushBytes.body(
            PushBytes.line("command=ls-refs") + "0001" + PushBytes.line("ref-prefix a\n" + lie),
            new byte[0]);
    HttpResponse<byte[]> listed =
        door.post(
            "/git-upload-pack", list, "Content-Type", PushBytes.FETCH, "Git-Protocol", "version=2");

    assertThat(OpenGitDoor.text(listed)).contains("GIT-PROTOCOL", "a control character");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .hasSize(2)
        .allSatisfy(decided -> assertThat(decided.text()).doesNotContain("made-up"));
  }

  /** Ours: what such a commit needs never came, and whoever builds on it later would be refused. */
  @Test
  void git29_remembersNoCommitThatNoRefReaches() throws Exception {
    Path clone = door.cloneWith("next.txt", "what comes next\n");
    byte[] commit =
        door.git(clone, "cat-file", "commit", "HEAD").text().getBytes(StandardCharsets.UTF_8);
    String main = door.upstream("refs/heads/main");
    door.push(
        PushBytes.line(ZERO + " " + main + " refs/heads/agent/x\0 report-status"),
        TestPacks.of(1).whole(TestPacks.COMMIT, commit).end());
    assertThat(door.upstream("refs/heads/agent/x")).isEqualTo(main);
    // Somebody who does not come through the gateway.
    door.git(clone, "push", "-q", door.bare.toString(), "HEAD:refs/heads/theirs");
    StockGit.write(clone, "more.txt", "more\n");
    door.commit(clone, "more");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/y");

    assertThat(printed.exit()).as(printed.text()).isZero();
  }

  @Test
  void git07_refusesALieAboutTheOldValue() throws Exception {
    String main = door.upstream("refs/heads/main");

    String report =
        door.push(
            PushBytes.line(ZERO + " " + main + " refs/heads/main\0 report-status"),
            TestPacks.of(0).end());

    assertThat(report).contains("ng refs/heads/main", "GIT-STALE");
  }

  @Test
  void git01_refusesASecondNulOnTheWire() throws Exception {
    String main = door.upstream("refs/heads/main");
    byte[] body =
        PushBytes.body(
            PushBytes.line(ZERO + " " + main + " refs/heads/agent/x\0 report-status")
                + PushBytes.line(main + " " + ZERO + " refs/heads/main\0x"),
            TestPacks.of(0).end());

    HttpResponse<byte[]> response =
        door.post("/git-receive-pack", body, "Content-Type", PushBytes.PUSH);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(OpenGitDoor.text(response)).contains("NUL");
    assertThat(door.upstream("refs/heads/main")).isEqualTo(main);
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anyMatch(event -> event.rows().getFirst().rule().equals("GIT-PROTOCOL"));
  }

  @Test
  void git20_refusesPackBombs() throws Exception {
    String main = door.upstream("refs/heads/main");
    assertThat(push(main, TestPacks.of(-1).end())).contains("GIT-PACK-LIMIT");
    assertThat(push(main, TestPacks.of(1).bomb(1L << 30, 1 << 20).end())).contains("GIT-PACK");
    assertThat(push(main, "no pack at all".getBytes(StandardCharsets.UTF_8))).contains("GIT-PACK");
  }

  @Test
  void git21_refusesDeltasWithoutABase() throws Exception {
    byte[] thin = TestPacks.of(1).nameDelta(new byte[20], 4, new byte[4]).end();

    assertThat(push(door.upstream("refs/heads/main"), thin)).contains("GIT-PACK");
  }

  @Test
  void git29_givesNothingThatNoVisibleRefNames() throws Exception {
    Path seed = door.root.resolve("seed");
    StockGit.write(seed, "hidden.txt", "hidden\n");
    door.commit(seed, "hidden");
    door.git(seed, "push", "-q", door.bare.toString(), "HEAD:hidden/merger");
    String hidden = door.upstream("refs/heads/hidden/merger");
    for (String want : List.of(hidden, "1".repeat(40))) {
      String answer = door.fetch("want " + want);

      assertThat(answer).contains("ERR ").doesNotContain("PACK");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"version=2:version=1", "version=3", "2", ""})
  void git17_refusesVersionsThatAreNone(String version) throws Exception {
    assertThat(
            door.get(
                    "/info/refs?service=git-upload-pack",
                    "Authorization",
                    "Bearer " + OpenGitDoor.TOKEN,
                    "Git-Protocol",
                    version)
                .statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "2"})
  void git17_judgesTheSameInEveryVersion(String version) throws Exception {
    String protocol = "protocol.version=" + version;
    door.git(door.root.resolve("seed"), "tag", "-a", "-m", "a release", "v1");
    door.git(door.root.resolve("seed"), "push", "-q", door.bare.toString(), "v1");

    Path clone = door.root.resolve("old");
    StockGit.Printed cloned =
        door.git(door.root, "-c", protocol, "clone", "-q", door.url().toString(), clone.toString());

    assertThat(cloned.exit()).as(cloned.text()).isZero();
    assertThat(door.git(clone, "branch", "-r").text())
        .contains("origin/main", "origin/HEAD -> origin/main")
        .doesNotContain("hidden");
    assertThat(door.git(clone, "describe", "--tags").text()).startsWith("v1");
    assertThat(door.git(clone, "fsck", "--full").exit()).isZero();

    Path seed = door.root.resolve("seed");
    for (int i = 0; i < 40; i++) {
      StockGit.write(seed, "more.txt", "line " + i + "\n");
      door.commit(seed, "more " + i);
    }
    door.git(seed, "push", "-q", door.bare.toString(), "HEAD:main");
    StockGit.Printed fetched = door.git(clone, "-c", protocol, "fetch");
    assertThat(fetched.exit()).as(fetched.text()).isZero();
    assertThat(door.git(clone, "rev-parse", "origin/main").text().strip())
        .isEqualTo(door.upstream("refs/heads/main"));
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anyMatch(event -> event.text().startsWith("fetch\n"))
        .noneMatch(event -> event.facts().toString().contains("hidden"));
  }

  @Test
  void git17_negotiatesWithAnOldClientThatHasCommitsOfItsOwn() throws Exception {
    Path clone = door.clone("-c", "protocol.version=0");
    Path seed = door.root.resolve("seed");
    for (int i = 0; i < 60; i++) {
      door.git(clone, "commit", "-q", "--allow-empty", "-m", "mine " + i);
    }
    StockGit.write(seed, "theirs.txt", "theirs\n");
    door.commit(seed, "theirs");
    door.git(seed, "push", "-q", door.bare.toString(), "HEAD:main");

    StockGit.Printed fetched = door.git(clone, "fetch");

    assertThat(fetched.exit()).as(fetched.text()).isZero();
    assertThat(door.git(clone, "cat-file", "-p", "origin/main:theirs.txt").text())
        .isEqualTo("theirs\n");
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .anyMatch(event -> event.status().equals("negotiated"));
  }

  @Test
  void git17_tellsOldClientsWhatTheyCannotHave() throws Exception {
    StockGit.Printed shallow =
        door.git(
            door.root,
            "-c",
            "protocol.version=0",
            "clone",
            "--depth=1",
            door.url().toString(),
            "s");

    assertThat(shallow.exit()).isNotZero();
    byte[] body =
        PushBytes.body(
            PushBytes.line("want " + door.upstream("refs/heads/main") + " ofs-delta")
                + PushBytes.line("deepen 1"),
            new byte[0]);
    assertThat(
            OpenGitDoor.text(door.post("/git-upload-pack", body, "Content-Type", PushBytes.FETCH)))
        .contains("ERR ", "shallow and partial clones need protocol version 2");
    byte[] hidden =
        PushBytes.body(
            PushBytes.line(
                "want " + door.upstream("refs/heads/hidden/merger^{tree}") + " ofs-delta"),
            PushBytes.line("done").getBytes(StandardCharsets.UTF_8));
    assertThat(
            OpenGitDoor.text(
                door.post("/git-upload-pack", hidden, "Content-Type", PushBytes.FETCH)))
        .contains("ERR ", "GIT-WANT");
  }

  @Test
  void git16_readsGzipAndRefusesBombsOfIt() throws Exception {
    String main = door.upstream("refs/heads/main");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(
          PushBytes.body(
              PushBytes.line(ZERO + " " + main + " refs/heads/agent/z\0 report-status"),
              TestPacks.of(0).end()));
    }
    assertThat(
            OpenGitDoor.text(
                door.post(
                    "/git-receive-pack",
                    packed.toByteArray(),
                    "Content-Type",
                    PushBytes.PUSH,
                    "Content-Encoding",
                    "gzip")))
        .contains("ok refs/heads/agent/z");
    assertThat(
            door.post(
                    "/git-receive-pack",
                    packed.toByteArray(),
                    "Content-Type",
                    PushBytes.PUSH,
                    "Content-Encoding",
                    "br")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void git31_git32_servesNoLargeFiles() throws Exception {
    for (String path :
        List.of("/info/lfs/objects/batch", "/info/lfs/locks", "/info/lfs/locks/1/unlock")) {
      HttpResponse<byte[]> response = door.post(path, "{}".getBytes(StandardCharsets.UTF_8));
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(OpenGitDoor.text(response)).contains("\"message\"");
    }
  }

  @Test
  void git36_followsNoRedirects() throws Exception {
    door.server.trouble.set(GitServer.Trouble.MOVED);

    StockGit.Printed printed = door.git(door.root, "ls-remote", door.url().toString());

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("the upstream has moved").doesNotContain("elsewhere");
  }

  @Test
  void git37_dropsTheClientsLoginAndAsksForOne() throws Exception {
    assertThat(door.get("/info/refs?service=git-upload-pack").statusCode()).isEqualTo(401);
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (GitServer.USER + ":" + GitServer.TOKEN).getBytes(StandardCharsets.UTF_8));
    assertThat(door.get("/info/refs?service=git-upload-pack", "Authorization", basic).statusCode())
        .isEqualTo(401);
    assertThat(door.journal.of(Event.SessionRefused.class))
        .isNotEmpty()
        .allMatch(event -> !event.toString().contains(GitServer.TOKEN));
  }

  @Test
  void git39_pushesNothingWhenTheRefHasMovedMeanwhile() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");

    Process push = door.startPush(clone, "main");
    PaperApprovals.Asked asked = door.approvals.next();
    Path seed = door.root.resolve("seed");
    StockGit.write(seed, "b.txt", "b\n");
    door.commit(seed, "b");
    door.git(seed, "push", "-q", door.bare.toString(), "HEAD:main");
    String moved = door.upstream("refs/heads/main");
    asked.approve();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.text()).contains("the ref has moved while the push waited");
    assertThat(door.upstream("refs/heads/main")).isEqualTo(moved);
  }

  /** A yes to a change of one branch is none to the same change of another. */
  @Test
  void git44_pushesNothingWhenTheRefStandsForAnotherMeanwhile() throws Exception {
    Path clone = door.clone();
    String main = door.upstream("refs/heads/main");
    door.git(door.bare, "update-ref", "refs/heads/agent/x", "main");
    door.git(door.bare, "symbolic-ref", "refs/heads/agent/alias", "refs/heads/agent/x");
    StockGit.write(clone, ".github/workflows/ci.yml", "on: pull_request_target\n");
    door.commit(clone, "edit the workflow");

    Process push = door.startPush(clone, "HEAD:agent/alias");
    PaperApprovals.Asked asked = door.approvals.next();
    door.git(door.bare, "symbolic-ref", "refs/heads/agent/alias", "refs/heads/main");
    asked.approve();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.text()).contains("the ref has moved while the push waited");
    assertThat(door.upstream("refs/heads/main")).isEqualTo(main);
    assertThat(door.upstream("refs/heads/agent/x")).isEqualTo(main);
  }

  @Test
  void git40_answersTheProbeAsGitDoesAndAsksNobody() throws Exception {
    HttpResponse<byte[]> response = probe("0000");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/x-git-receive-pack-result");
    assertThat(response.body()).isEmpty();
    assertThat(door.server.asked).isEmpty();
    assertThat(door.journal.of(Event.CommandDecided.class)).isEmpty();
  }

  @Test
  void git40_answersTheProbeOfNobodyWhoMayNotComeIn() throws Exception {
    HttpResponse<byte[]> bad =
        door.post(
            "/git-receive-pack",
            "0000".getBytes(StandardCharsets.US_ASCII),
            "Content-Type",
            PushBytes.PUSH,
            "Authorization",
            "Bearer wrong");
    assertThat(bad.statusCode()).isEqualTo(401);
    assertThat(
            door.post("/git-receive-pack", "0000".getBytes(StandardCharsets.US_ASCII)).statusCode())
        .isEqualTo(415);
    assertThat(probe("00000000").statusCode()).isEqualTo(400);
    assertThat(probe("0001").statusCode()).isEqualTo(400);
    assertThat(probe("000").statusCode()).isEqualTo(400);
    door.refusal = Optional.of(notOpen());
    assertThat(probe("0000").statusCode()).isEqualTo(403);
    assertThat(door.server.asked).isEmpty();
  }

  private HttpResponse<byte[]> probe(String body) throws Exception {
    return door.post(
        "/git-receive-pack",
        body.getBytes(StandardCharsets.US_ASCII),
        "Content-Type",
        PushBytes.PUSH);
  }

  @Test
  void readsWhoSignedWhat() throws Exception {
    Path clone = door.clone();
    Path key = door.root.resolve("key");
    door.run(door.root, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    String line = Files.readString(door.root.resolve("key.pub")).strip();
    List<String> sign =
        List.of("-c", "gpg.format=ssh", "-c", "user.signingkey=" + key, "commit", "-q", "-S");
    commitSigned(clone, sign, "nobody is believed");
    assertThat(signed(clone, "agent/a")).isEqualTo("1 false");

    Files.writeString(door.signers, "someone-else@example.org " + line + "\n");
    commitSigned(clone, sign, "signed for somebody else");
    assertThat(signed(clone, "agent/b")).isEqualTo("2 false");

    Files.writeString(door.signers, "*@example.org namespaces=\"git\" " + line + "\n");
    assertThat(signed(clone, "agent/c")).isEqualTo("2 true");
    door.git(clone, "commit", "-q", "--allow-empty", "-m", "not signed");
    assertThat(signed(clone, "agent/d")).isEqualTo("2 false");
  }

  private void commitSigned(Path clone, List<String> sign, String message) throws Exception {
    List<String> arguments = new ArrayList<>(sign);
    arguments.addAll(List.of("--allow-empty", "-m", message));
    StockGit.Printed printed = door.git(clone, arguments.toArray(String[]::new));
    assertThat(printed.exit()).as(printed.text()).isZero();
  }

  private String signed(Path clone, String branch) throws Exception {
    assertThat(door.git(clone, "push", "origin", "HEAD:" + branch).exit()).isZero();
    RefUpdate.Commits commits = door.updates(Verdict.ALLOW).getLast().commits();
    return commits.signed() + " " + commits.allSigned();
  }

  /** Ours: what was pushed is found afterwards by the ids that everybody else has of it. */
  @Test
  void recordsWhichCommitsWerePushedAndWhoMadeThem() throws Exception {
    Path clone = door.clone();
    for (int i = 0; i < 105; i++) {
      door.git(
          clone,
          "commit",
          "-q",
          "--allow-empty",
          "--author=Ann <ann@example.org>",
          "-m",
          "step " + i);
    }

    StockGit.Printed printed =
        door.git(clone, "push", "origin", "HEAD:agent/x", "HEAD~1:refs/tags/v1");

    assertThat(printed.exit()).as(printed.text()).isZero();
    RefUpdate.Commits commits = door.updates(Verdict.ALLOW).getFirst().commits();
    List<String> ids =
        door.git(clone, "rev-list", "--max-count=100", "HEAD").text().lines().toList();
    assertThat(commits.count()).isEqualTo(105);
    assertThat(commits.listed().stream().map(RefUpdate.Commits.Commit::id)).isEqualTo(ids);
    assertThat(commits.listed())
        .allMatch(
            commit ->
                commit.author().equals("ann@example.org")
                    && commit.committer().equals("agent-7@example.org"));
    assertThat(commits.lines())
        .hasSize(105)
        .startsWith(
            ids.getFirst().substring(0, 12)
                + "  ann@example.org (committed by agent-7@example.org)  step 104")
        .endsWith("step 0");
  }

  @Test
  void git23_recordsNoSecretThatStandsForAPerson() throws Exception {
    Path clone = door.clone();
    door.git(
        clone,
        "commit",
        "-q",
        "--allow-empty",
        "--author=" + KEY + " <" + KEY + "@example.org>",
        "-m",
        "remember " + KEY);

    Process push = door.startPush(clone, "HEAD:vault");
    PaperApprovals.Asked asked = door.approvals.next();
    asked.deny("no");
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(asked.exhibits().toString()).contains("«aws-access-key»").doesNotContain(KEY);
    assertThat(door.journal.of(Event.CommandDecided.class).toString()).doesNotContain(KEY);
    assertThat(printed.text()).doesNotContain(KEY);
  }

  @Test
  void passesOnOptionsAndThatAPushIsAtomic() throws Exception {
    Path clone = door.clone();

    StockGit.Printed printed =
        door.git(
            clone, "push", "--atomic", "-o", "ci.skip", "origin", "HEAD:agent/x", "HEAD:agent/y");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.updates(Verdict.ALLOW))
        .hasSize(2)
        .allMatch(update -> update.atomic() && update.pushOptions().equals(Set.of("ci.skip")));
  }

  /** Ours: more than a human reads at once is not asked about at all. */
  @Test
  void showsApproversSomeOfTheDifferenceOfEachRef() throws Exception {
    Path clone = door.clone();
    List<String> push = new ArrayList<>(List.of("push", "origin"));
    for (int ref = 0; ref < 4; ref++) {
      door.git(clone, "checkout", "-q", "-b", "b" + ref, "main");
      StockGit.write(clone, ".github/large" + ref, ("a line of " + ref + "\n").repeat(20_000));
      door.commit(clone, "large " + ref);
      push.add("b" + ref + ":agent/b" + ref);
    }

    Process running = door.start(clone, OpenGitDoor.TOKEN, push.toArray(String[]::new));
    PaperApprovals.Asked asked = door.approvals.next();
    asked.deny("too much");
    StockGit.ended(running);

    List<Exhibit> differences =
        asked.exhibits().stream()
            .filter(exhibit -> exhibit.format() == Exhibit.Format.DIFF)
            .toList();
    assertThat(differences)
        .hasSize(4)
        .allSatisfy(
            exhibit ->
                assertThat(exhibit.content()).contains("+a line of", "the rest is not shown"));
    assertThat(asked.exhibits().stream().mapToInt(exhibit -> exhibit.content().length()).sum())
        .isLessThan(ApprovalLimits.DEFAULT.exhibitCharacters());
    assertThat(differences.stream().mapToInt(exhibit -> exhibit.content().length()).sum())
        .isLessThan((256 << 10) + 1_000);
  }

  @Test
  void tellsApproversWhereToLook() throws Exception {
    Path clone = door.clone();
    StockGit.write(clone, ".github/workflows/ci.yml", "on: pull_request_target\n");
    Files.createSymbolicLink(clone.resolve("link"), Path.of("/etc/passwd"));
    door.commit(clone, "edit");

    Process push = door.startPush(clone, "HEAD:main");
    PaperApprovals.Asked asked = door.approvals.next();
    asked.deny("no");
    push.waitFor();

    assertThat(asked.exhibits().getFirst().title())
        .isEqualTo("Look twice at fast-forward refs/heads/main");
    assertThat(asked.exhibits().getFirst().content())
        .contains(
            "no new commit is signed",
            "that build machines, editors or agents run or obey, or that say who reviews:"
                + " .github/workflows/ci.yml",
            "symbolic links: link");
    assertThat(asked.command().text())
        .startsWith("push to payments: fast-forward refs/heads/main\n");
  }

  @Test
  void git20_refusesTreesThatAreMoreThanTheySeem() throws Exception {
    Path clone = door.clone();
    String tree = hash(clone, "100644 blob " + blob(clone) + "\tf");
    for (int level = 0; level < 7; level++) {
      StringBuilder ten = new StringBuilder();
      for (int i = 0; i < 10; i++) {
        ten.append("040000 tree ").append(tree).append("\td").append(i).append('\n');
      }
      tree = hash(clone, ten.toString());
    }
    assertThat(pushTree(clone, tree)).contains("GIT-PUSH-LIMIT", "changed files");
    String deep = hash(clone, "100644 blob " + blob(clone) + "\tf");
    for (int level = 0; level < 250; level++) {
      deep = hash(clone, "040000 tree " + deep + "\td");
    }
    assertThat(pushTree(clone, deep)).contains("GIT-PUSH-LIMIT", "nested deeper");
  }

  private String blob(Path clone) throws Exception {
    return door.git(clone, "rev-parse", "HEAD:README.md").text().strip();
  }

  private String hash(Path clone, String entries) throws Exception {
    return door.feed(clone, entries, "mktree").strip();
  }

  private String pushTree(Path clone, String tree) throws Exception {
    String commit = door.git(clone, "commit-tree", "-p", "HEAD", "-m", "t", tree).text().strip();
    return door.git(clone, "push", "origin", commit + ":refs/heads/agent/trees").text();
  }

  @Test
  void git23_findsWhatNoRefReaches() throws Exception {
    byte[] secret = ("key = " + KEY).getBytes(StandardCharsets.UTF_8);
    byte[] pack = TestPacks.of(1).whole(TestPacks.BLOB, secret).end();
    assertThat(push(door.upstream("refs/heads/main"), pack)).contains("GIT-002");

    ByteArrayOutputStream tree = new ByteArrayOutputStream();
    tree.write(("100644 " + KEY + ".txt\0").getBytes(StandardCharsets.UTF_8));
    tree.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
    byte[] names = TestPacks.of(1).whole(TestPacks.TREE, tree.toByteArray()).end();
    assertThat(push(door.upstream("refs/heads/main"), names))
        .contains("GIT-002")
        .doesNotContain(KEY);
  }

  @Test
  void git21_refusesDeltasThatGoRoundInACircle() throws Exception {
    byte[] pack =
        TestPacks.of(2)
            .nameDelta(new byte[20], 10, new byte[] {1})
            .nameDelta(new byte[20], 11, new byte[] {1})
            .end();

    assertThat(push(door.upstream("refs/heads/main"), pack)).contains("GIT-PACK");
  }

  @Test
  void git16_refusesOptionsThatWereNotAskedFor() throws Exception {
    String main = door.upstream("refs/heads/main");
    String lines =
        PushBytes.line(ZERO + " " + main + " refs/heads/agent/x\0 report-status")
            + "0000"
            + PushBytes.line("ci.skip");

    assertThat(door.push(lines, TestPacks.of(0).end())).contains("GIT-PACK");
    assertThat(door.upstream("refs/heads/agent/x")).isEmpty();
  }

  private String push(String to, byte[] pack) throws Exception {
    return door.push(
        PushBytes.line(ZERO + " " + to + " refs/heads/agent/bomb\0 report-status"), pack);
  }
}
