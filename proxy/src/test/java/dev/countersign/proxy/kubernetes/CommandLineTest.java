package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.KubeRequest.Trait;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  @ParameterizedTest
  @ValueSource(strings = {"sh", "/bin/sh", "bash", "/busybox/busybox", "python3.12", "env", "BASH"})
  void k8s05_knowsShells(String program) {
    assertThat(CommandLine.traits(List.of(program, "-c", "id"))).containsExactly(Trait.SHELL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/bin/mksh -c id",
        "pwsh -c id",
        "powershell.exe -c dir",
        "C:\\Windows\\System32\\cmd.exe /c dir",
        "bash5 -c id",
        "lua5.4 -e x",
        "nice sh -c id",
        "/lib64/ld-linux-x86-64.so.2 /bin/sh -c id",
        "find / -exec id ;",
      })
  void k8s05_knowsProgramsThatRunWhatTheyAreTold(String command) {
    assertThat(CommandLine.traits(List.of(command.split(" ")))).containsExactly(Trait.SHELL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"find /var/log -name x", "psql -c select", "ls /bin/sh", "curl -V"})
  void takesNothingElseForAShell(String command) {
    assertThat(CommandLine.traits(List.of(command.split(" ")))).isEmpty();
  }

  @Test
  void k8s05_knowsCopies() {
    assertThat(CommandLine.traits(List.of("tar", "cf", "-", "/etc")))
        .containsExactly(Trait.FILE_COPY);
    assertThat(CommandLine.traits(List.of("ls", "tar"))).isEmpty();
    assertThat(CommandLine.traits(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar cf - /etc/hosts",
        "tar -xmf - -C /tmp",
        "tar xmf -",
        "tar --no-same-permissions --no-same-owner -xmf - -C /tmp",
      })
  void k8s05_knowsWhatOnlyCopies(String command) {
    assertThat(CommandLine.copiesFiles(List.of(command.split(" ")))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar",
        "tar cf",
        "sh -c tar",
        "/tmp/tar cf - x",
        "tar xfI - sh",
        "tar xmf - --to-command=sh",
        "tar -xmf - -I sh",
        "tar -xmf - --checkpoint-action=exec=sh",
        "tar -C /tmp x",
        "tar Ixmf sh cf",
      })
  void k8s05_knowsWhatMayRunSomethingElse(String command) {
    assertThat(CommandLine.copiesFiles(List.of(command.split(" ")))).isFalse();
  }
}
