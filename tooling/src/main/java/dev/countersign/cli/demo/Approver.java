package dev.countersign.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.approvals.ApprovalsClient;
import java.time.Duration;
import java.util.Optional;

/**
 * A human of the tour: waits on a thread of its own for a request and answers it through the HTTP
 * API, as {@code countersign approvals} does. Closing it ends the wait.
 */
final class Approver implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(200);

  private static final Duration LAST_ANSWER = Duration.ofSeconds(20);

  private final ApprovalsClient client;
  private final Thread thread;
  private volatile boolean stopped;

  private Approver(ApprovalsClient client, TourStep.Answer answer) {
    this.client = client;
    this.thread = Thread.ofVirtual().name("approver").unstarted(() -> answerNext(answer));
  }

  static Approver answering(ApprovalsClient client, TourStep.Answer answer) {
    Approver approver = new Approver(client, answer);
    approver.thread.start();
    return approver;
  }

  private void answerNext(TourStep.Answer answer) {
    try {
      JsonNode waiting = client.list(Optional.of("waiting"));
      while (waiting.isEmpty() && !stopped) {
        Thread.sleep(LOOK);
        waiting = client.list(Optional.of("waiting"));
      }
      if (!waiting.isEmpty()) {
        answer(waiting.get(0).path("id").asText(), answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(String id, TourStep.Answer answer) {
    String digest = client.show(id).path("digest").asText();
    switch (answer) {
      case APPROVE -> client.approve(id, digest, "fine, ticket 4711");
      case DENY -> client.deny(id, digest, "orders are kept for ten years");
    }
  }

  /** Lets an answer that is under way arrive: the agent may hear of it before this does. */
  @Override
  public void close() {
    stopped = true;
    try {
      if (!thread.join(LAST_ANSWER)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
