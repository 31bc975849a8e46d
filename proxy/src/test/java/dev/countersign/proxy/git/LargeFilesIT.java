package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.audit.event.Event;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import dev.countersign.rules.verdict.Verdict;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stock git-lfs against the door, and requests that it would not send. */
class LargeFilesIT {

  private static final String BATCH = "/info/lfs/objects/batch";
  private static final String LOCKS = "/info/lfs/locks";
  private static final String OBJECTS = "/info/lfs/objects/";
  private static final String KEY = "AKIA" + "Q3EGX7ZPLMNB2VWY";
  private static final byte[] FILE =
      "a large file\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);

  /** With ' for ". */
  private static final List<String> NO_BATCHES =
      List.of(
          "",
          "[]",
          "{'operation':'upload'}",
          "{'operation':'delete','objects':[{'oid':'%s','size':1}]}",
          "{'operation':'upload','objects':[{'oid':'../../x','size':1}]}",
          "{'operation':'upload','objects':[{'oid':'%s','size':-1}]}",
          "{'operation':'upload','objects':[{'oid':'%s','size':1},{'oid':'%s','size':2}]}",
          "{'operation':'upload','objects':[{'oid':'%s','size':99999999}]}",
          "{'operation':'upload','operation':'download','objects':[{'oid':'%s','size':1}]}",
          "{'operation':'upload','transfers':['tus'],'objects':[{'oid':'%s','size':1}]}",
          "{'operation':'upload','ref':{'name':'refs/heads/../x'},'objects':[{'oid':'%s','size':1}]}",
          "{'operation':'upload','ref':{'name':'refs/pull/1'},'objects':[{'oid':'%s','size':1}]}");

  private final ObjectMapper json = new ObjectMapper();
  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    door = new GitDoorBuilder().largeFiles(1 << 20).open();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  @Test
  void pushesAndClonesLargeFiles() throws Exception {
    Path clone = cloneWithLargeFiles();
    Files.write(clone.resolve("model.bin"), FILE);
    door.commit(clone, "add a model");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/model");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.server.largeFiles.files.get(id(FILE))).isEqualTo(FILE);
    assertThat(door.server.largeFiles.verified).containsEntry(id(FILE), (long) FILE.length);
    assertThat(updates(Change.LFS_UPLOAD, Verdict.ALLOW))
        .anySatisfy(
            update ->
                assertThat(update.paths())
                    .singleElement()
                    .satisfies(
                        path -> {
                          assertThat(path.path())
                              .startsWith(".git/lfs/objects/")
                              .endsWith(id(FILE));
                          assertThat(path.bytes()).isEqualTo(FILE.length);
                        }));

    Path other = cloneWithLargeFiles();
    Files.delete(other.resolve(".gitattributes"));
    StockGit.Printed pulled = door.git(other, "checkout", "agent/model");

    assertThat(pulled.exit()).as(pulled.text()).isZero();
    assertThat(Files.readAllBytes(other.resolve("model.bin"))).isEqualTo(FILE);
    assertThat(updates(Change.LFS_DOWNLOAD, Verdict.ALLOW)).isNotEmpty();
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .anyMatch(event -> event.status().equals(FILE.length + " bytes"));
  }

  @Test
  void tellsTheClientOfAnApprovalAndSendsOnceThereIsAYes() throws Exception {
    Path clone = cloneWithLargeFiles();
    Files.write(clone.resolve("model.bin"), FILE);
    door.commit(clone, "add a model");

    StockGit.Printed first = door.git(clone, "lfs", "push", "origin", "main");

    assertThat(first.exit()).isNotZero();
    assertThat(first.text()).contains("waiting for approval");
    assertThat(door.server.largeFiles.files).isEmpty();

    door.approvals.next().approve();
    StockGit.Printed second = door.git(clone, "lfs", "push", "origin", "main");

    assertThat(second.exit()).as(second.text()).isZero();
    assertThat(door.server.largeFiles.files).containsKey(id(FILE));
  }

  @Test
  void git23_findsASecretInALargeFile() throws Exception {
    Path clone = cloneWithLargeFiles();
    Files.writeString(clone.resolve("model.bin"), "key = " + KEY + "\n");
    door.commit(clone, "add a model");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/model");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("GIT-002").doesNotContain(KEY);
    assertThat(door.server.largeFiles.files).isEmpty();
    assertThat(door.upstream("refs/heads/agent/model")).isEmpty();
  }

  /** A yes to sending a file, given before anybody had seen it, is none to a secret in it. */
  @Test
  void git23_asksByItselfAboutASecretInALargeFileThatNeededAYes() throws Exception {
    Path clone = cloneWithLargeFiles();
    door.git(clone, "checkout", "-q", "-b", "vault");
    Files.writeString(clone.resolve("model.bin"), "key = " + KEY + "\n");
    door.commit(clone, "add a model");

    List<String> asked = new ArrayList<>();
    StockGit.Printed printed = door.git(clone, "lfs", "push", "origin", "vault");
    while (printed.exit() != 0 && asked.size() < 5) {
      PaperApprovals.Asked next = door.approvals.next();
      asked.add(next.command().text());
      assertThat(door.server.largeFiles.files).isEmpty();
      next.approve();
      printed = door.git(clone, "lfs", "push", "origin", "vault");
    }

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(asked).hasSize(3);
    assertThat(asked.getFirst()).isEqualTo(asked.getLast()).doesNotContain("looks like");
    assertThat(asked.get(1)).startsWith(asked.getFirst() + "\nholds what looks like ");
    assertThat(door.server.largeFiles.files).hasSize(1);
  }

  @Test
  void git31_takesAYesOfThePolicyForNoYesOfAHuman() throws Exception {
    String ticket = ticket(batch("upload", "refs/heads/agent/x", FILE));
    door.policy.activate(new BranchPolicy(door.policy.current().id(), true));

    HttpResponse<byte[]> first = put(FILE, FILE, ticket);

    assertThat(first.statusCode()).isEqualTo(403);
    assertThat(new String(first.body(), StandardCharsets.UTF_8)).contains("waiting for approval");
    assertThat(door.server.largeFiles.files).isEmpty();
    door.approvals.next().approve();
    assertThat(put(FILE, FILE, ticket).statusCode()).isEqualTo(200);
    assertThat(door.server.largeFiles.files).containsKey(id(FILE));
  }

  @Test
  void git32_locksNoPathByAnotherNameOfIt() throws Exception {
    for (String path : List.of("src/../secret", "./a", "a//b", "/a", "a/", "..", "")) {
      HttpResponse<byte[]> response =
          door.post(LOCKS, "{\"path\":\"%s\"}".formatted(path).getBytes(StandardCharsets.UTF_8));

      assertThat(response.statusCode()).as(path).isEqualTo(403);
    }
    assertThat(door.server.largeFiles.locks).isEmpty();
  }

  @Test
  void git43_findsSecretsInPathsThatAreLockedAndInNamesOfRefs() throws Exception {
    String secret = "refs/heads/agent/" + KEY;
    List<HttpResponse<byte[]>> responses =
        List.of(
            lock("keys/" + KEY, "refs/heads/agent/x"),
            lock("model.bin", secret),
            batch("upload", secret, FILE));

    for (HttpResponse<byte[]> response : responses) {
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(OpenGitDoor.text(response)).contains("GIT-002").doesNotContain(KEY);
    }
    assertThat(door.server.largeFiles.locks).isEmpty();
    assertThat(lock("model.bin", "refs/heads/agent/x").statusCode()).isEqualTo(201);
  }

  @Test
  void git05_namesNoNewRefThatAProgramTakesForSomethingElse() throws Exception {
    for (String ref : List.of("refs/heads/agent/$(id)", "refs/heads/-x", "refs/heads/HEAD")) {
      for (HttpResponse<byte[]> response :
          List.of(lock("model.bin", ref), batch("upload", ref, FILE))) {
        assertThat(response.statusCode()).as(ref).isEqualTo(403);
        assertThat(OpenGitDoor.text(response)).contains("GIT-REF-NAME");
      }
    }
    assertThat(door.server.largeFiles.locks).isEmpty();
  }

  @Test
  void git32_recordsThatSomebodyWantsToGiveUpALockThatIsNone() throws Exception {
    HttpResponse<byte[]> response =
        door.post(
            LOCKS + "/77/unlock",
            "{\"ref\":{\"name\":\"refs/heads/agent/x\"}}".getBytes(StandardCharsets.UTF_8));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("no such lock");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .singleElement()
        .satisfies(event -> assertThat(event.verdict()).isEqualTo(Verdict.BLOCK));
  }

  @Test
  void git32_judgesLocksByTheirPaths() throws Exception {
    Path clone = cloneWithLargeFiles();
    door.git(clone, "checkout", "-q", "-b", "agent/model");
    Files.write(clone.resolve("model.bin"), FILE);
    door.commit(clone, "add a model");
    StockGit.Printed pushed = door.git(clone, "push", "-u", "origin", "agent/model");
    assertThat(pushed.exit()).as(pushed.text()).isZero();

    StockGit.Printed locked = door.git(clone, "lfs", "lock", "model.bin");
    StockGit.Printed listed = door.git(clone, "lfs", "locks");
    StockGit.Printed forced = door.git(clone, "lfs", "unlock", "--force", "model.bin");
    StockGit.Printed unlocked = door.git(clone, "lfs", "unlock", "model.bin");

    assertThat(locked.exit()).as(locked.text()).isZero();
    assertThat(listed.text()).contains("model.bin");
    assertThat(forced.exit()).isNotZero();
    assertThat(forced.text()).contains("GIT-006");
    assertThat(unlocked.exit()).as(unlocked.text()).isZero();
    assertThat(door.server.largeFiles.locks).isEmpty();
    assertThat(updates(Change.LFS_UNLOCK, Verdict.ALLOW))
        .singleElement()
        .satisfies(update -> assertThat(update.paths().getFirst().path()).isEqualTo("model.bin"));
  }

  @Test
  void git31_givesOutNoAddressesAndNoPasswordsOfTheUpstream() throws Exception {
    HttpResponse<byte[]> response = batch("upload", "refs/heads/agent/x", FILE);

    String text = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(response.statusCode()).as(text).isEqualTo(200);
    assertThat(text)
        .doesNotContain("the-store-knows")
        .doesNotContain(GitServer.TOKEN)
        .contains(
            "https://127.0.0.1:" + door.address.getPort() + "/git/payments/info/lfs/objects/");
  }

  @Test
  void git31_takesNothingThatNobodySaidYesTo() throws Exception {
    String ticket = ticket(batch("upload", "refs/heads/agent/x", FILE));
    byte[] other = "another file".getBytes(StandardCharsets.UTF_8);

    assertThat(put(FILE, FILE, "").statusCode()).isEqualTo(403);
    assertThat(put(FILE, FILE, ticket.substring(0, ticket.length() - 2)).statusCode())
        .isEqualTo(403);
    assertThat(put(other, other, ticket).statusCode()).isEqualTo(403);
    assertThat(put(FILE, other, ticket).statusCode()).isEqualTo(403);
    assertThat(put(FILE, Arrays.copyOf(FILE, FILE.length - 1), ticket).statusCode()).isEqualTo(403);
    assertThat(put(FILE, Arrays.copyOf(FILE, FILE.length + 1), ticket).statusCode()).isEqualTo(403);
    assertThat(door.server.largeFiles.files).isEmpty();
    assertThat(put(FILE, FILE, ticket).statusCode()).isEqualTo(200);
    assertThat(door.server.largeFiles.files).containsKey(id(FILE));
  }

  @Test
  void git31_takesNoTicketOfAnotherPolicy() throws Exception {
    String ticket = ticket(batch("upload", "refs/heads/agent/x", FILE));

    door.policy.activate(new BranchPolicy("branches-2"));

    assertThat(put(FILE, FILE, ticket).statusCode()).isEqualTo(403);
    assertThat(door.server.largeFiles.files).isEmpty();
  }

  @Test
  void git31_goesNowhereThatUpstreamsMayNotBe() throws Exception {
    String ticket = ticket(batch("upload", "refs/heads/agent/x", FILE));
    door.server.largeFiles.elsewhere = "http://169.254.169.254/latest/meta-data";

    HttpResponse<byte[]> response = put(FILE, FILE, ticket);

    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(door.server.largeFiles.verified).isEmpty();
  }

  @Test
  void git31_givesNoFileThatIsNotTheOneAskedFor() throws Exception {
    byte[] wrong = FILE.clone();
    wrong[5] ^= 1;
    door.server.largeFiles.files.put(id(FILE), wrong);
    String ticket = ticket(batch("download", "refs/heads/main", FILE));

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () ->
                    door.get(
                        OBJECTS + id(FILE),
                        "Authorization",
                        "Bearer " + OpenGitDoor.TOKEN,
                        LargeFileTickets.HEADER,
                        ticket)))
        .isInstanceOf(java.io.IOException.class);
  }

  /** Ours: a client that reads 401 forgets its own password, and asks for another. */
  @Test
  void git37_asksNobodyForThePasswordThatIsTheGatewaysOwn() throws Exception {
    String ticket = ticket(batch("upload", "refs/heads/agent/model", FILE));

    door.server.largeFiles.error = 401;
    HttpResponse<byte[]> response =
        door.put(OBJECTS + id(FILE), FILE, LargeFileTickets.HEADER, ticket);

    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(OpenGitDoor.text(response)).contains("the gateway's own login (401)");
    assertThat(door.journal.of(Event.CommandCompleted.class).getLast().error()).hasValue("401");
  }

  @Test
  void gw41_takesNoMoreAtOnceThanThereIsRoomFor() throws Exception {
    try (OpenGitDoor small =
        new GitDoorBuilder().largeFiles(1 << 20).disk(FILE.length - 1).open()) {
      HttpResponse<byte[]> asked = small.post(BATCH, batchOf("upload", "refs/heads/agent/x", FILE));

      HttpResponse<byte[]> response =
          small.put(OBJECTS + id(FILE), FILE, LargeFileTickets.HEADER, ticket(asked));

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(OpenGitDoor.text(response)).contains("GIT-LFS", "no room");
      byte[] little = "short".getBytes(StandardCharsets.UTF_8);
      String ticket = ticket(small.post(BATCH, batchOf("upload", "refs/heads/agent/x", little)));
      assertThat(
              small.put(OBJECTS + id(little), little, LargeFileTickets.HEADER, ticket).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void git31_refusesBatchesThatAreNone() throws Exception {
    for (String body : NO_BATCHES) {
      HttpResponse<byte[]> response =
          door.post(
              BATCH,
              body.replace("%s", "a".repeat(64))
                  .replace('\'', '"')
                  .getBytes(StandardCharsets.UTF_8));

      assertThat(response.statusCode()).as(body).isEqualTo(403);
      assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"message\"");
    }
  }

  @Test
  void git33_answersNothingElseBesideLargeFiles() throws Exception {
    for (String path : List.of("/info/lfs/verify", "/info/lfs/objects/" + "a".repeat(64) + "/x")) {
      assertThat(door.post(path, new byte[] {'{', '}'}).statusCode()).as(path).isEqualTo(403);
    }
  }

  private Path cloneWithLargeFiles() throws Exception {
    Path clone = door.clone();
    door.git(clone, "lfs", "install", "--local");
    StockGit.write(clone, ".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    return clone;
  }

  private HttpResponse<byte[]> batch(String operation, String ref, byte[] file) throws Exception {
    return door.post(BATCH, batchOf(operation, ref, file));
  }

  private static byte[] batchOf(String operation, String ref, byte[] file) throws Exception {
    return "{\"operation\":\"%s\",\"transfers\":[\"basic\"],\"ref\":{\"name\":\"%s\"},\"objects\":[{\"oid\":\"%s\",\"size\":%d}]}"
        .formatted(operation, ref, id(file), file.length)
        .getBytes(StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> lock(String path, String ref) throws Exception {
    return door.post(
        LOCKS,
        "{\"path\":\"%s\",\"ref\":{\"name\":\"%s\"}}"
            .formatted(path, ref)
            .getBytes(StandardCharsets.UTF_8));
  }

  private String ticket(HttpResponse<byte[]> response) throws Exception {
    JsonNode actions = json.readTree(response.body()).path("objects").path(0).path("actions");
    return actions.elements().next().path("header").path(LargeFileTickets.HEADER).asText();
  }

  private HttpResponse<byte[]> put(byte[] name, byte[] content, String ticket) throws Exception {
    return door.put(OBJECTS + id(name), content, LargeFileTickets.HEADER, ticket);
  }

  private static String id(byte[] file) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
  }

  private List<RefUpdate> updates(Change change, Verdict verdict) {
    return door.journal.of(Event.CommandDecided.class).stream()
        .filter(event -> event.verdict() == verdict)
        .map(event -> (CommandFacts.Git) event.facts())
        .flatMap(facts -> facts.updates().stream())
        .filter(update -> update.change() == change)
        .toList();
  }
}
