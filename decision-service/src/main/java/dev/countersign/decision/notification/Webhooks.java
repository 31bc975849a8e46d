package dev.countersign.decision.notification;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due to the webhooks, again and again until it is taken, and keeps what nobody takes
 * for the operator. A message may arrive twice, and is the same then. Any number of gateways share
 * the work; one that dies leaves its share to the others.
 */
public final class Webhooks implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

  private static final int AT_ONCE = 16;
  private static final int MAX_LISTED = 200;
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final Duration FORGETTING = Duration.ofMinutes(10);

  private final Map<String, Webhook> webhooks;
  private final WebhookLimits limits;
  private final DeliveryTable table;
  private final StoredApprovals approvals;
  private final Journal journal;
  private final HttpClient http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long nextForgetting = System.nanoTime();

  private Webhooks(
      Database database,
      StoredApprovals approvals,
      List<Webhook> webhooks,
      WebhookLimits limits,
      Journal journal) {
    this.webhooks =
        webhooks.stream().collect(Collectors.toUnmodifiableMap(Webhook::name, Function.identity()));
    this.limits = limits;
    this.table = new DeliveryTable(database.jdbi());
    this.approvals = approvals;
    this.journal = requireNonNull(journal, "journal");
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(limits.timeout())
            // A receiver that sends us elsewhere could send us anywhere.
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.thread = Thread.ofVirtual().name("webhooks").unstarted(this::run);
  }

  /** Begins to tell these, and no others. */
  public static Webhooks open(
      Database database,
      StoredApprovals approvals,
      List<Webhook> webhooks,
      WebhookLimits limits,
      Journal journal) {
    var opened = new Webhooks(database, approvals, webhooks, limits, journal);
    opened.table.endpoints(opened.webhooks.keySet());
    opened.thread.start();
    return opened;
  }

  /** What was given up, the newest first. */
  public List<Delivery> dead() {
    return table.dead(MAX_LISTED);
  }

  /**
   * Tries again what was given up. That is on the record before it happens.
   *
   * @return whether there was such a message
   */
  public boolean retry(long delivery, Subject by) {
    return table.revive(
        delivery,
        dead ->
            journal
                .durable(
                    journal.append(new Event.NotificationRetried(dead.id(), dead.endpoint(), by)))
                .toCompletableFuture()
                .join());
  }

  private void run() {
    boolean away = false;
    do {
      try {
        sendDue();
        away = false;
      } catch (RuntimeException e) {
        if (!away) {
          log.atWarn().setCause(e).log("messages to webhooks cannot be read; trying again");
        }
        away = true;
      }
    } while (!isClosedWithin(limits.pollInterval()));
  }

  private void sendDue() {
    int places = free.availablePermits();
    if (places > 0) {
      for (Delivery delivery : table.take(places, limits.timeout().multipliedBy(3))) {
        free.acquireUninterruptibly();
        var _ = threads.submit(() -> deliver(delivery));
      }
    }
    if (System.nanoTime() - nextForgetting >= 0) {
      table.forget();
      nextForgetting = System.nanoTime() + FORGETTING.toNanos();
    }
  }

  private boolean isClosedWithin(Duration time) {
    try {
      return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void deliver(Delivery delivery) {
    try {
      Optional<String> failure = send(delivery);
      if (failure.isEmpty()) {
        table.delivered(delivery.id());
      } else if (delivery.attempts() >= limits.attempts()) {
        log.atError()
            .addKeyValue("webhook", delivery.endpoint())
            .addKeyValue("delivery", delivery.id())
            .addKeyValue("error", failure.get())
            .log("message given up");
        table.dead(delivery.id(), failure.get());
      } else {
        table.failed(delivery.id(), failure.get(), limits.pauseAfter(delivery.attempts()));
      }
    } catch (RuntimeException e) {
      // It is due again when its time with us is over.
      log.atWarn()
          .setCause(e)
          .addKeyValue("delivery", delivery.id())
          .log("message to a webhook failed");
    } finally {
      free.release();
    }
  }

  /** Sends once; says why it did not work, if it did not. */
  private Optional<String> send(Delivery delivery) {
    @Nullable Webhook webhook = webhooks.get(delivery.endpoint());
    if (webhook == null) {
      return Optional.of("no longer configured");
    }
    try {
      byte[] body = body(delivery, webhook);
      HttpRequest request =
          webhook
              .request(delivery.event(), body, limits.timeout())
              .header("Countersign-Delivery", Long.toString(delivery.id()))
              .build();
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      return status / 100 == 2 ? Optional.empty() : Optional.of("HTTP " + status);
    } catch (IOException | IllegalStateException e) {
      // Its message may hold the address, and the address may be a secret.
      return Optional.of(e.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the gateway stopped");
    }
  }

  private byte[] body(Delivery delivery, Webhook webhook) {
    return new Message(
            delivery,
            approvals.summary(delivery.approval()),
            approvals.url(delivery.approval()),
            webhook.showsCommand())
        .in(webhook.format());
  }

  /** Lets what is under way arrive, if that does not take long. */
  @Override
  public void close() {
    closed.countDown();
    try {
      if (!thread.join(CLOSING)) {
        thread.interrupt();
      }
      threads.shutdown();
      if (!threads.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
  }
}
