package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

/**
 * What comes before a body.
 *
 * @param target the path and query as they were sent, not decoded; begins with a slash
 */
record RequestHead(
    String method, String target, HttpFields fields, HttpExchange.Protocol protocol) {

  RequestHead {
    requireNonNull(method, "method");
    requireNonNull(target, "target");
    requireNonNull(fields, "fields");
    requireNonNull(protocol, "protocol");
  }

  /** Whether the client waits for a word before it sends the body. */
  boolean expectsContinue() {
    return fields.lists("expect", "100-continue");
  }

  /** Whether nothing else is to come on the connection: RFC 9112, 9.6. */
  boolean isLast() {
    return protocol == HttpExchange.Protocol.HTTP_1_1 && fields.lists("connection", "close");
  }

  boolean asksForUpgrade() {
    return protocol == HttpExchange.Protocol.HTTP_1_1
        && fields.lists("connection", "upgrade")
        && fields.first("upgrade").isPresent();
  }

  /** The first segment of the path, as it was sent. */
  String firstSegment() {
    int end = 1;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    return target.substring(1, end);
  }

  /** Without fields: they hold credentials. */
  @Override
  public String toString() {
    return method + " " + target;
  }
}
