package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Subject;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenStreamsTest {

  private static Subject subject(String id, String group) {
    return new Subject(
        "https://issuer", id, id, Subject.Kind.AGENT, Set.of(group), Optional.empty());
  }

  @Test
  void k8s40_countsOneSubjectWhateverItsGroups() {
    OpenStreams streams = new OpenStreams(2);

    assertThat(streams.enter(subject("a", "x"))).isTrue();
    assertThat(streams.enter(subject("a", "y"))).isTrue();
    assertThat(streams.enter(subject("a", "z"))).isFalse();
    assertThat(streams.enter(subject("b", "x"))).isTrue();
    streams.leave(subject("a", "w"));
    assertThat(streams.enter(subject("a", "z"))).isTrue();
  }

  @Test
  void forgetsWhoHasNone() {
    OpenStreams streams = new OpenStreams(2);
    for (int i = 0; i < 1_000; i++) {
      Subject subject = subject("agent-" + i, "x");
      streams.enter(subject);
      streams.leave(subject);
    }

    assertThat(streams.subjects()).isZero();
  }
}
