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
