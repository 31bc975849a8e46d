package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.frontdoor.Duplex;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.request.Query;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An upgrade that a client asks for, and whether the answer to it is real.
 *
 * @param fields ask the upstream for it: nothing of them is the client's own
 * @param translated what the client has SPDY streams for, where the upstream is asked for a
 *     WebSocket instead; empty where both speak the same
 */
record Upgrading(HttpFields fields, Optional<Set<TerminalChannel>> translated) {

  /** An error is an object in it. Of terminals over SPDY, the one version that is taken. */
  private static final String V4 = "v4.channel.k8s.io";

  /** The one version in which the end of what is typed can be told over a WebSocket. */
  private static final String V5 = "v5.channel.k8s.io";

  private static final Set<String> TERMINALS = Set.of(V5, V4);
  private static final Set<String> FORWARDS =
      Set.of("SPDY/3.1+portforward.k8s.io", "v2.portforward.k8s.io");

  /**
   * Understands what is asked for.
   *
   * @throws UnclearRequestException if it cannot be recorded
   */
  static Upgrading of(HttpExchange exchange, Asked asked) throws UnclearRequestException {
    String subresource = asked.info().subresource();
    if (!exchange.asksForUpgrade()) {
      throw new UnclearRequestException(400, "pods/" + subresource + " needs an upgrade");
    }
    HttpFields sent = exchange.headers();
    String upgrade = sent.first("upgrade").orElse("").toLowerCase(Locale.ROOT);
    boolean forwards = subresource.equals("portforward");
    return switch (upgrade) {
      case "websocket" ->
          new Upgrading(webSocket(sent, forwards ? FORWARDS : TERMINALS), Optional.empty());
      case "spdy/3.1" ->
          forwards
              ? new Upgrading(
                  HttpFields.of(
                      "Connection", "Upgrade",
                      "Upgrade", "SPDY/3.1",
                      "X-Stream-Protocol-Version", "portforward.k8s.io"),
                  Optional.empty())
              : spdyTerminal(sent, asked);
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
    return webSocket(key.get(), protocols);
  }

  private static HttpFields webSocket(String key, List<String> protocols) {
    return HttpFields.of(
        "Connection", "Upgrade",
        "Upgrade", "websocket",
        "Sec-WebSocket-Version", "13",
        "Sec-WebSocket-Key", key,
        "Sec-WebSocket-Protocol", String.join(", ", protocols));
  }

  private static Upgrading spdyTerminal(HttpFields sent, Asked asked)
      throws UnclearRequestException {
    if (!sent.elements("x-stream-protocol-version").contains(V4)) {
      throw new UnclearRequestException(
          400, "none of the versions offered is " + V4 + ", as kubectl offers it");
    }
    Set<TerminalChannel> channels = channels(asked.query());
    List<String> versions =
        channels.contains(TerminalChannel.STDIN) ? List.of(V5) : List.of(V5, V4);
    byte[] key = new byte[16];
    new SecureRandom().nextBytes(key);
    return new Upgrading(
        webSocket(Base64.getEncoder().encodeToString(key), versions), Optional.of(channels));
  }

  /** What a client has streams for, and a server waits for. */
  private static Set<TerminalChannel> channels(Query query) {
    Set<TerminalChannel> channels = EnumSet.of(TerminalChannel.ERROR);
    if (query.isTrue("stdin")) {
      channels.add(TerminalChannel.STDIN);
    }
    if (query.isTrue("stdout")) {
      channels.add(TerminalChannel.STDOUT);
    }
    // A terminal has one way out for both.
    if (query.isTrue("stderr") && !query.isTrue("tty")) {
      channels.add(TerminalChannel.STDERR);
    }
    if (query.isTrue("tty")) {
      channels.add(TerminalChannel.RESIZE);
    }
    return channels;
  }

  /** How the upstream is asked: a WebSocket begins with GET and with nothing else. */
  String method(String asked) {
    return translated.isPresent() ? "GET" : asked;
  }

  /** Whether the upstream has agreed to what it was asked for; anything else is an answer. */
  boolean isAgreed(UpstreamResponse answer) {
    String upgrade = fields.first("upgrade").orElse("");
    if (answer.status() != 101
        || !answer.fields().lists("connection", "upgrade")
        || !answer.fields().lists("upgrade", upgrade)) {
      return false;
    }
    Optional<String> key = fields.first("sec-websocket-key");
    return key.isEmpty()
        || (answer
                .fields()
                .first("sec-websocket-accept")
                .equals(Optional.of(WebSocketFrame.accept(key.get())))
            && answer.fields().first("sec-websocket-extensions").isEmpty()
            && fields
                .elements("sec-websocket-protocol")
                .contains(answer.fields().first("sec-websocket-protocol").orElse("")));
  }

  /** What the client is told of it. */
  HttpFields agreed(UpstreamResponse answer) {
    if (translated.isPresent()) {
      return HttpFields.of("Upgrade", "SPDY/3.1", "X-Stream-Protocol-Version", V4);
    }
    HttpFields told = HttpFields.NONE;
    for (String name :
        List.of(
            "Upgrade",
            "Sec-WebSocket-Accept",
            "Sec-WebSocket-Protocol",
            "X-Stream-Protocol-Version")) {
      Optional<String> value = answer.fields().first(name);
      if (value.isPresent()) {
        told = told.with(name, value.get());
      }
    }
    return told;
  }

  /** The client after that, speaking what the upstream speaks. */
  Duplex speaking(Duplex client, UpstreamResponse answer) {
    return translated
        .<Duplex>map(channels -> new SpdyClient(client, channels, answer.out()))
        .orElse(client);
  }
}
