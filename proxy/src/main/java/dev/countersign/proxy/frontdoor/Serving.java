package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.journal.JournalException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each request to the door that owns the first segment of its path, on a virtual thread. */
final class Serving {

  private static final Logger log = LoggerFactory.getLogger(Serving.class);

  private static final String UNRECORDED =
      "Countersign: " + JournalException.TO_CLIENTS + ". Try again in a moment.";

  private final Map<String, HttpDoor> doors;

  Serving(Map<String, HttpDoor> doors) {
    this.doors = Map.copyOf(doors);
  }

  void serve(RequestHead head, LiveExchange exchange) {
    HttpDoor door = doors.getOrDefault(head.firstSegment(), Serving::nothingHere);
    Thread.ofVirtual().name("https").start(() -> serve(door, exchange));
  }

  private static void serve(HttpDoor door, LiveExchange exchange) {
    Throwable failure = null;
    try {
      door.handle(exchange);
    } catch (BodyTooLargeException e) {
      failure = e;
      refuse(exchange, 413, e.getMessage());
    } catch (IOException e) {
      log.atDebug().setCause(e).log("an exchange was broken off");
      failure = e;
    } catch (InterruptedException e) {
      failure = e;
    } catch (JournalException e) {
      log.atError().setCause(e).log("a request was refused: it cannot be recorded");
      failure = e;
      refuse(exchange, 503, UNRECORDED);
    } catch (RuntimeException | Error e) {
      // Whatever goes wrong: nothing more is let through, and somebody has to look.
      log.atError().setCause(e).log("a request failed");
      failure = e;
    }
    exchange.served(failure);
  }

  void dismiss() {
    doors.values().forEach(HttpDoor::dismiss);
  }

  private static void nothingHere(HttpExchange exchange) {
    refuse(exchange, 404, "there is no such door");
  }

  private static void refuse(HttpExchange exchange, int status, @Nullable String reason) {
    byte[] body = (reason + "\n").getBytes(UTF_8);
    try (OutputStream out =
        exchange.respond(
            status,
            HttpFields.of(
                "Content-Type", "text/plain", "Content-Length", Integer.toString(body.length)))) {
      out.write(body);
    } catch (IOException | IllegalStateException e) {
      log.atDebug().setCause(e).log("a refusal was not heard");
    }
  }
}
