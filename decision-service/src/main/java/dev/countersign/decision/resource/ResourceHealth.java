package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Whether the gateway gets in to what is behind it. An answer holds for some seconds, so that who
 * asks again and again asks no upstream.
 */
public final class ResourceHealth {

  private static final Duration HOLDS = Duration.ofSeconds(15);

  /** Asks an upstream what it is, with the gateway's own credential. */
  public interface Probe {

    /**
     * What it says that it is.
     *
     * @throws IOException why it does not; holds no secret
     */
    String ask(Upstream upstream) throws IOException;
  }

  /**
   * What came of it.
   *
   * @param text what answers there, or what is in the way
   */
  public record Answer(boolean good, String text, Instant asked) {}

  private record Kept(Upstream of, Answer answer) {}

  private final Probe probe;
  private final InstantSource clock;
  private final Map<String, Kept> answers = new ConcurrentHashMap<>();

  public ResourceHealth(Probe probe, InstantSource clock) {
    this.probe = requireNonNull(probe, "probe");
    this.clock = requireNonNull(clock, "clock");
  }

  /** Asks one; or says what it answered a moment ago. Blocks. */
  public Answer of(Upstream upstream) {
    // One at a time for each resource: the others wait for its answer.
    return answers
        .compute(
            upstream.resource().name(),
            (name, kept) -> isGood(kept, upstream) ? kept : new Kept(upstream, ask(upstream)))
        .answer();
  }

  private boolean isGood(@org.jspecify.annotations.Nullable Kept kept, Upstream upstream) {
    return kept != null
        && kept.of().equals(upstream)
        && kept.answer().asked().plus(HOLDS).isAfter(clock.instant());
  }

  private Answer ask(Upstream upstream) {
    try {
      return new Answer(true, probe.ask(upstream), clock.instant());
    } catch (IOException | RuntimeException e) {
      return new Answer(false, String.valueOf(e.getMessage()), clock.instant());
    }
  }

  /** Asks several at once; in their order. */
  public List<Answer> of(List<Upstream> upstreams) {
    answers.keySet().retainAll(upstreams.stream().map(each -> each.resource().name()).toList());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> asked =
          upstreams.stream().map(each -> threads.submit(() -> of(each))).toList();
      return asked.stream().map(ResourceHealth::get).toList();
    }
  }

  private static Answer get(Future<Answer> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe fails with an answer", e);
    }
  }
}
