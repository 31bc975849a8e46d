package dev.countersign.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.RecordedEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TailTest {

  private final Tail tail = new Tail(7);

  private static RecordedEvent event(long sequence) {
    return new RecordedEvent(sequence, 1, Instant.EPOCH, JournalBenchmark.intent(1));
  }

  @Test
  void keepsTheNewestInOrder() {
    for (long sequence = 8; sequence < 8 + 2L * Tail.MOST_EVENTS; sequence++) {
      tail.add(event(sequence), 100);
    }

    long next = 8 + 2L * Tail.MOST_EVENTS;
    assertThat(tail.at(next - 1)).contains(event(next - 1));
    assertThat(tail.at(next - Tail.MOST_EVENTS)).contains(event(next - Tail.MOST_EVENTS));
    assertThat(tail.at(next - Tail.MOST_EVENTS - 1)).isEmpty();
    assertThat(tail.at(next)).isEmpty();
    assertThat(tail.awaits(next)).isTrue();
    assertThat(tail.awaits(next - 1)).isFalse();
  }

  @Test
  void keepsNoMoreBytesThanItMay() {
    int half = (int) (Tail.MOST_BYTES / 2);
    tail.add(event(8), half);
    tail.add(event(9), half);
    tail.add(event(10), 1);

    assertThat(tail.at(8)).isEmpty();
    assertThat(tail.at(9)).isPresent();
    assertThat(tail.at(10)).isPresent();
  }

  @Test
  void whatIsTooLongIsReadFromTheFiles() {
    tail.add(event(8), 1);
    tail.add(event(9), (int) Tail.MOST_BYTES + 1);
    tail.add(event(10), 1);

    assertThat(tail.at(8)).isEmpty();
    assertThat(tail.at(9)).isEmpty();
    assertThat(tail.at(10)).isPresent();
  }

  @Test
  void aGapBeginsItAnew() {
    tail.add(event(8), 1);
    tail.add(event(12), 1);

    assertThat(tail.at(8)).isEmpty();
    assertThat(tail.at(10)).isEmpty();
    assertThat(tail.at(12)).isPresent();
    assertThat(tail.awaits(10)).isFalse();
  }
}
