package dev.countersign.cli.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files are looked for where the launcher, psql, git and kubectl look for theirs. */
final class UserDirectoryTest {

  @Test
  void followsTheHomeOfTheEnvironment() {
    assertThat(UserDirectory.path(Map.of("HOME", "/home/agent")))
        .hasToString("/home/agent/.config/countersign");
    assertThat(UserDirectory.path(Map.of("HOME", "/home/agent", "XDG_CONFIG_HOME", "/etc/agent")))
        .hasToString("/etc/agent/countersign");
  }

  @Test
  void knowsAFolderWithoutIt() {
    assertThat(UserDirectory.path(Map.of()).toString())
        .isEqualTo(System.getProperty("user.home") + "/.config/countersign");
  }
}
