package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.frontdoor.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;

/** A host whose certificate nobody signed whom the JVM trusts: it is who its resource says. */
final class HostOfOwnAuthorityIT {

  @Test
  void isClonedFromAndPushedTo() throws Exception {
    TestTls tls = TestTls.make();
    try (ScriptedHost host = new ScriptedHost(tls);
        OpenGitDoor door = before(host, tls.chain())) {
      Path clone = door.cloneWith("a.txt", "a\n");

      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:refs/heads/agent/x");

      assertThat(printed.exit()).as(printed.text()).isZero();
      assertThat(door.upstream("refs/heads/agent/x")).isEqualTo(door.head(clone));
    }
  }

  @Test
  void nobodyElseIsShownTheLogin() throws Exception {
    try (ScriptedHost host = new ScriptedHost(TestTls.make());
        OpenGitDoor door = before(host, TestTls.make().chain())) {
      StockGit.Printed printed = lsRemote(door);

      assertThat(printed.exit()).isNotZero();
      assertThat(printed.text())
          .contains("the gateway does not trust the certificate of the upstream")
          .contains("an operator has to correct it, or the authority of payments");
      assertThat(host.calls).isEmpty();
    }
  }

  @Test
  void whereNobodyCanTellWhoItIsAnOperatorIsCalled() throws Exception {
    Path missing = Files.createTempDirectory("authority").resolve("none.pem");
    try (ScriptedHost host = new ScriptedHost(TestTls.make());
        OpenGitDoor door = before(host, missing)) {
      StockGit.Printed printed = lsRemote(door);

      assertThat(printed.exit()).isNotZero();
      assertThat(printed.text())
          .contains("an operator has to correct the authority of payments")
          .doesNotContain(missing.toString());
      assertThat(host.calls).isEmpty();
    }
  }

  /** An operator renews the file under a gateway that runs, and at first badly. */
  @Test
  void isWhoTheFileSaysNow() throws Exception {
    TestTls tls = TestTls.make();
    Path authority = Files.createTempDirectory("authority").resolve("authority.pem");
    Files.copy(TestTls.make().chain(), authority);
    try (ScriptedHost host = new ScriptedHost(tls);
        OpenGitDoor door = before(host, authority)) {
      assertThat(lsRemote(door).text()).contains("does not trust the certificate");

      Files.writeString(authority, "a half of a certificate");
      assertThat(lsRemote(door).text()).contains("does not trust the certificate");

      Files.copy(tls.chain(), authority, StandardCopyOption.REPLACE_EXISTING);
      StockGit.Printed printed = lsRemote(door);

      assertThat(printed.exit()).as(printed.text()).isZero();
      assertThat(printed.text()).contains("refs/heads/main");
    }
  }

  private static OpenGitDoor before(ScriptedHost host, Path authority) throws Exception {
    return new GitDoorBuilder()
        .front((upstream, _) -> host.before(upstream))
        .authority(authority)
        .open();
  }

  private static StockGit.Printed lsRemote(OpenGitDoor door) throws Exception {
    return door.git(door.root, "ls-remote", door.url().toString());
  }
}
