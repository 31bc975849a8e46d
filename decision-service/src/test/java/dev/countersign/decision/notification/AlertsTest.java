package dev.countersign.decision.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.countersign.decision.resource.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AlertsTest {

  private static final WebhookLimits QUICK =
      new WebhookLimits(5, Duration.ofMillis(20), Duration.ofSeconds(10), Duration.ofMillis(20));

  @ParameterizedTest
  @EnumSource(Webhook.Format.class)
  void anAlertIsToldSignedAndAgainUntilItIsTaken(Webhook.Format format) throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    AtomicInteger attempts = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(attempts.incrementAndGet() < 3 ? 503 : 204, -1);
            told.add(exchange.getRequestHeaders().getFirst(WebhookSignature.HEADER) + " " + body);
          }
        });
    server.start();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    Webhook webhook =
        new Webhook("ops", url, format, Optional.of(new Secret.Generated("s3cret")), false);
    try (Alerts alerts = new Alerts(List.of(webhook), QUICK)) {
      alerts.tell(
          new Alert(
              "control.assessed",
              "AC-5",
              "AC-5 is not satisfied",
              false,
              "1 of 7; <b>first</b>",
              Instant.EPOCH));
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThat(told.poll(30, TimeUnit.SECONDS)).contains("v1=", "AC-5");
      }
    } finally {
      server.stop(0);
    }
    assertThat(told).isEmpty();
  }
}
