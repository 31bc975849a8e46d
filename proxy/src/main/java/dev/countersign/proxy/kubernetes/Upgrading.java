package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which upgrades are asked for and which answers to them are real. */
final class Upgrading {

  private static final Set<String> TERMINALS = Set.of("v5.channel.k8s.io", "v4.channel.k8s.io");
  private static final Set<String> FORWARDS =
      Set.of("SPDY/3.1+portforward.k8s.io", "v2.portforward.k8s.io");

  private Upgrading() {}

  /**
   * The fields that ask the upstream for the same upgrade: nothing else of the client's.
   *
   * @throws UnclearRequestException if what is asked for cannot be recorded
   */
  static HttpFields fields(HttpExchange exchange, String subresource)
      throws UnclearRequestException {
    HttpFields asked = exchange.headers();
    if (!exchange.asksForUpgrade()) {
      throw new UnclearRequestException(400, "pods/" + subresource + " needs an upgrade");
    }
    String upgrade = asked.first("upgrade").orElse("").toLowerCase(Locale.ROOT);
    boolean forwards = subresource.equals("portforward");
    return switch (upgrade) {
      case "websocket" -> webSocket(asked, forwards ? FORWARDS : TERMINALS);
      case "spdy/3.1" -> {
        if (!forwards) {
          throw new UnclearRequestException(
              400, "terminals are recorded over WebSocket only: use kubectl 1.31 or later");
        }
        yield HttpFields.of(
            "Connection", "Upgrade",
            "Upgrade", "SPDY/3.1",
            "X-Stream-Protocol-Version", "portforward.k8s.io");
      }
      default -> throw new UnclearRequestException(400, "an upgrade that is not known");
    };
  }

  private static HttpFields webSocket(HttpFields asked, Set<String> known)
      throws UnclearRequestException {
    Optional<String> key = asked.first("sec-websocket-key");
    // A client may send its token as a protocol; it stops here like every other credential.
    List<String> protocols =
        asked.elements("sec-websocket-protocol").stream().filter(known::contains).toList();
    if (key.isEmpty() || protocols.isEmpty()) {
      throw new UnclearRequestException(
          400, "none of the protocols offered is one of " + String.join(", ", known));
    }
    return HttpFields.of(
        "Connection", "Upgrade",
        "Upgrade", "websocket",
        "Sec-WebSocket-Version", "13",
        "Sec-WebSocket-Key", key.get(),
        "Sec-WebSocket-Protocol", String.join(", ", protocols));
  }

  /** Whether the upstream has agreed to what it was asked for; anything else is an answer. */
  static boolean isAgreed(HttpFields asked, UpstreamResponse answer) {
    String upgrade = asked.first("upgrade").orElse("");
    if (answer.status() != 101
        || !answer.fields().lists("connection", "upgrade")
        || !answer.fields().lists("upgrade", upgrade)) {
      return false;
    }
    Optional<String> key = asked.first("sec-websocket-key");
    return key.isEmpty()
        || (answer
                .fields()
                .first("sec-websocket-accept")
                .equals(Optional.of(WebSocketFrame.accept(key.get())))
            && answer.fields().first("sec-websocket-extensions").isEmpty()
            && asked
                .elements("sec-websocket-protocol")
                .contains(answer.fields().first("sec-websocket-protocol").orElse("")));
  }

  /** What the client is told of it. */
  static HttpFields agreed(UpstreamResponse answer) {
    HttpFields fields = HttpFields.NONE;
    for (String name :
        List.of(
            "Upgrade",
            "Sec-WebSocket-Accept",
            "Sec-WebSocket-Protocol",
            "X-Stream-Protocol-Version")) {
      Optional<String> value = answer.fields().first(name);
      if (value.isPresent()) {
        fields = fields.with(name, value.get());
      }
    }
    return fields;
  }
}
