package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.resource.GitUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * HTTP towards one upstream. Its login is shown at the address of the resource and nowhere else;
 * redirects are not followed.
 */
final class UpstreamHttp {

  static final String AGENT = "countersign";

  private static final String UNREACHABLE = "the upstream cannot be reached";

  private final HttpClient http;
  private final GitUpstream upstream;
  private final Duration patience;

  /**
   * @param patience how long it may take to answer, or be silent while it does
   */
  UpstreamHttp(HttpClient http, GitUpstream upstream, Duration patience) {
    this.patience = requireNonNull(patience, "patience");
    this.http = requireNonNull(http, "http");
    this.upstream = requireNonNull(upstream, "upstream");
  }

  GitUpstream upstream() {
    return upstream;
  }

  /** The address of the repository, without a slash at its end. */
  String base() {
    String base = upstream.url().toString();
    return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
  }

  HttpRequest.Builder request(URI address) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(patience).header("User-Agent", "git/" + AGENT);
    if (isOurs(address)) {
      upstream
          .login()
          .ifPresent(login -> request.setHeader("Authorization", "Basic " + encoded(login)));
    }
    return request;
  }

  private boolean isOurs(URI address) {
    return address.getScheme().equals(upstream.url().getScheme())
        && address.getHost().equalsIgnoreCase(upstream.host())
        && port(address) == upstream.port();
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return address.getScheme().equals("https") ? 443 : 80;
  }

  private static String encoded(GitUpstream.Login login) {
    return Base64.getEncoder()
        .encodeToString(
            (login.user() + ":" + login.token().reveal()).getBytes(StandardCharsets.UTF_8));
  }

  /** Sends it; the caller closes the answer. */
  HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException {
    try {
      requireAddress(request.uri());
    } catch (IOException e) {
      throw new UpstreamException.Undone(UNREACHABLE, e);
    }
    try {
      return http.send(
          request,
          head ->
              BodySubscribers.mapping(
                  BodySubscribers.ofInputStream(), body -> new UpstreamBody(body, patience)));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new UpstreamException.Undone(UNREACHABLE, e);
    } catch (IOException e) {
      throw new UpstreamException("the upstream does not answer", e);
    }
  }

  /**
   * The client looks the name up by itself right after this, and gets the same answer: the JVM
   * keeps one for 30 seconds, and cannot be told which to take. A name that is to lead elsewhere
   * has to change between the two, when those seconds end. All of the addresses have to be allowed.
   */
  private void requireAddress(URI address) throws IOException {
    for (InetAddress each : InetAddress.getAllByName(address.getHost())) {
      upstream.networks().require(new InetSocketAddress(each, port(address)));
    }
  }
}
