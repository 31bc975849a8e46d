package dev.countersign.decision.notification;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells webhooks about alerts, each some times until it is taken. What is under way when the
 * process ends is lost; the journal has it.
 */
public final class Alerts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Alerts.class);
  private static final int AT_ONCE = 64;
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final List<Webhook> webhooks;
  private final WebhookLimits limits;
  private final HttpClient http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final CountDownLatch closed = new CountDownLatch(1);

  /** For these webhooks. */
  public Alerts(List<Webhook> webhooks, WebhookLimits limits) {
    this.webhooks = List.copyOf(webhooks);
    this.limits = limits;
    http =
        HttpClient.newBuilder()
            .connectTimeout(limits.timeout())
            // A receiver that sends us elsewhere could send us anywhere.
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Tells all of them; returns at once. */
  public void tell(Alert alert) {
    for (Webhook webhook : webhooks) {
      if (free.tryAcquire()) {
        var _ = threads.submit(() -> deliver(alert, webhook));
      } else {
        log.atError()
            .addKeyValue("webhook", webhook.name())
            .log("too many alerts; one is not told");
      }
    }
  }

  private void deliver(Alert alert, Webhook webhook) {
    try {
      for (int attempt = 1; attempt <= limits.attempts(); attempt++) {
        if (isTaken(alert, webhook)
            || closed.await(limits.pauseAfter(attempt).toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      log.atError()
          .addKeyValue("webhook", webhook.name())
          .addKeyValue("subject", alert.subject())
          .log("an alert was taken by nobody; the journal has it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      free.release();
    }
  }

  private boolean isTaken(Alert alert, Webhook webhook) throws InterruptedException {
    try {
      HttpRequest.Builder request =
          webhook.request(alert.event(), alert.in(webhook.format()), limits.timeout());
      return http.send(request.build(), BodyHandlers.discarding()).statusCode() / 100 == 2;
    } catch (IOException | IllegalStateException e) {
      // Its message may hold the address, and the address may be a secret.
      log.atDebug()
          .addKeyValue("webhook", webhook.name())
          .addKeyValue("cause", e.getClass().getSimpleName())
          .log("an alert could not be told");
      return false;
    }
  }

  /** Lets what is under way arrive, if that does not take long. */
  @Override
  public void close() {
    closed.countDown();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
  }
}
