package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What stock git shows of what the gateway itself does not take. */
class RefusedPushesIT {

  /** Ours: of an answer that is an error of HTTP, git shows the number alone. */
  @Test
  void saysInWordsWhatIsMoreThanOnePushMayHave() throws Exception {
    try (OpenGitDoor small = new GitDoorBuilder().refs(2).bytes(1 << 20).open()) {
      Path clone = small.clone();

      StockGit.Printed many =
          small.git(clone, "push", "origin", "HEAD:agent/a", "HEAD:agent/b", "HEAD:agent/c");
      byte[] large = new byte[6 << 20];
      new Random(9).nextBytes(large);
      Files.write(clone.resolve("large.bin"), large);
      small.commit(clone, "large");
      StockGit.Printed much = small.git(clone, "push", "origin", "HEAD:agent/large");

      assertThat(many.text())
          .contains("remote: Countersign: blocked by policy GIT-PROTOCOL", "more than 2 refs");
      assertThat(much.text())
          .contains("remote: Countersign: blocked by policy GIT-PACK-LIMIT", "push in parts");
      assertThat(small.upstream("refs/heads/agent/a")).isEmpty();
    }
  }

  @Test
  void git35_saysThatNamesCountLetterByLetter() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      assertThat(door.git(door.root, "ls-remote", door.url() + ".git").text())
          .contains("there is no such git repository", "so does .git behind it");
    }
  }

  /** Ours: by options GitLab merges to other branches and Gitea publishes; no row sees them. */
  @Test
  void git43_sendsNoPushOptionThatIsNotTheRepositorys() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = door.clone();

      StockGit.Printed printed =
          door.git(
              clone, "push", "-o", "ci.skip", "-o", "repo.private=false", "origin", "HEAD:agent/x");

      assertThat(printed.text()).contains("GIT-PUSH-OPTION", "but ci.*, why=*");
      assertThat(door.upstream("refs/heads/agent/x")).isEmpty();
      assertThat(door.git(clone, "push", "-o", "ci.skip", "origin", "HEAD:agent/x").exit())
          .isZero();
    }
  }

  /** Ours: git shows of each ref of a push why it was not taken. */
  @Test
  void git04_saysWhichRefOfAPushIsNotTaken() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      StockGit.Printed printed =
          door.git(door.clone(), "push", "origin", "HEAD:agent/x", "HEAD:refs/for/main");

      assertThat(printed.text())
          .contains(
              "HEAD -> refs/for/main (blocked by policy GIT-REF-NAME",
              "HEAD -> agent/x (not pushed: another ref of this push is blocked)");
    }
  }
}
