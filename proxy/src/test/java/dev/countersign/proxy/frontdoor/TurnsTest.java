package dev.countersign.proxy.frontdoor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {

  private final Turns turns = new Turns(4, 4, Duration.ofMinutes(1));
  private final BlockingQueue<String> served = new LinkedBlockingQueue<>();

  private static Subject subject(String id, String group) {
    return new Subject(
        "https://issuer", id, id, Subject.Kind.AGENT, Set.of(group), Optional.empty());
  }

  private Turns.Turn take(String id) throws InterruptedException {
    return turns.take(subject(id, "x")).orElseThrow();
  }

  /** Waits, and gives its turn back as soon as it has it. */
  private void queue(String id) {
    int before = turns.waiting();
    Thread.startVirtualThread(
        () -> {
          try (Turns.Turn _ = take(id)) {
            served.add(id);
          } catch (InterruptedException e) {
            served.add("interrupted");
          }
        });
    await().until(() -> turns.waiting() > before);
  }

  @Test
  void k8s40_servesSubjectsInTurnsWhoeverHasAskedForMost() throws Exception {
    List<Turns.Turn> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(take("greedy"));
    }
    all.add(take("modest"));
    for (String id : List.of("greedy", "greedy", "greedy", "modest", "other")) {
      queue(id);
    }

    all.forEach(Turns.Turn::close);

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      order.add(served.poll(30, TimeUnit.SECONDS));
    }
    assertThat(order).containsExactlyInAnyOrder("greedy", "greedy", "greedy", "modest", "other");
    await().until(() -> turns.served() == 0);
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void k8s40_leavesAQuarterToOthers() throws Exception {
    for (int i = 0; i < 3; i++) {
      take("greedy");
    }
    queue("greedy");

    assertThat(turns.take(subject("other", "x"))).isPresent();
    assertThat(turns.waiting()).isEqualTo(1);
  }

  @Test
  void k8s40_countsOneSubjectWhateverItsGroups() throws Exception {
    Turns quick = new Turns(4, 4, Duration.ofMillis(1));
    for (int i = 0; i < 3; i++) {
      assertThat(quick.take(subject("a", "group-" + i))).isPresent();
    }

    assertThat(quick.take(subject("a", "another"))).isEmpty();
    assertThat(quick.waiting()).isZero();
  }

  @Test
  void k8s40_letsOnlySoManyOfOneSubjectWait() throws Exception {
    for (int i = 0; i < 3; i++) {
      take("greedy");
    }
    for (int i = 0; i < 4; i++) {
      queue("greedy");
    }

    assertThat(turns.take(subject("greedy", "x"))).isEmpty();
  }

  /** What somebody keeps from nobody but themselves is theirs. */
  @Test
  void gw40_isWantedOnlyWhereAnotherSubjectWaits() throws Exception {
    Turns.Turn first = take("a");
    take("a");
    take("a");
    queue("a");
    assertThat(first.isWanted()).isFalse();
    take("b");
    queue("b");

    assertThat(first.isWanted()).isTrue();
  }

  @Test
  void whoWaitsForAHumanKeepsNobodyElse() throws Exception {
    Turns.Turn held = take("a");
    take("a");
    take("a");
    queue("a");

    held.pause();
    assertThat(served.poll(30, TimeUnit.SECONDS)).isEqualTo("a");
    await().until(() -> turns.served() == 2);

    held.resume();
    assertThat(turns.served()).isEqualTo(3);
    held.close();
    held.close();
    assertThat(turns.served()).isEqualTo(2);
  }

  @Test
  void saysOnceThatThereAreTooMany() {
    assertThat(turns.isToBeTold()).isTrue();
    assertThat(turns.isToBeTold()).isFalse();
  }
}
