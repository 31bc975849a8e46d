package dev.countersign.proxy.kubernetes.wire;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.frontdoor.HttpFields;
import java.time.Duration;

/**
 * A request as it is sent: framed anew, whatever the client's framing was.
 *
 * @param target path and query
 * @param fields without Host and without those that frame the message
 * @param body empty where there is none
 * @param patience how long the API server may say nothing before it is given up; zero for ever
 */
@SuppressWarnings("ArrayRecordComponent") // Sent once; nobody compares requests.
public record UpstreamRequest(
    String method, String target, HttpFields fields, byte[] body, Duration patience) {

  public UpstreamRequest {
    requireNonNull(method, "method");
    requireNonNull(target, "target");
    requireNonNull(fields, "fields");
    requireNonNull(body, "body");
    requireNonNull(patience, "patience");
  }

  /** Without fields and body: there are credentials in the one and secrets in the other. */
  @Override
  public String toString() {
    return method + " " + target;
  }
}
