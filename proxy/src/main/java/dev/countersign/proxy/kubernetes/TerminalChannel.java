package dev.countersign.proxy.kubernetes;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What goes over a terminal, by the name that it has over SPDY and the number over WebSocket: those
 * of Kubernetes' remotecommand.
 */
enum TerminalChannel {
  STDIN(0),
  STDOUT(1),
  STDERR(2),
  ERROR(3),
  RESIZE(4);

  private final int number;

  TerminalChannel(int number) {
    this.number = number;
  }

  static Optional<TerminalChannel> named(String streamType) {
    return Arrays.stream(values())
        .filter(channel -> channel.name().toLowerCase(Locale.ROOT).equals(streamType))
        .findFirst();
  }

  static Optional<TerminalChannel> numbered(int number) {
    return Arrays.stream(values()).filter(channel -> channel.number == number).findFirst();
  }

  /** Over WebSocket. */
  byte number() {
    return (byte) number;
  }

  /** Whether the client is the one who sends on it. */
  boolean isUpward() {
    return this == STDIN || this == RESIZE;
  }
}
