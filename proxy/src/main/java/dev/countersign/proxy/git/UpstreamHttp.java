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
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;

/**
 * HTTP towards one upstream. Its login is shown at the address of the resource and nowhere else;
 * redirects are not followed.
 */
final class UpstreamHttp {

  static final String AGENT = "countersign";

  private static final String SILENT = "the upstream does not answer";
  private static final String UNREACHABLE = "the upstream cannot be reached";

  private final HttpClient http;
  private final GitUpstream upstream;
  private final Duration patience;

  /**
   * @param patience how long it may take nothing, or say nothing; up to twice as long before that
   *     is noticed
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
        HttpRequest.newBuilder(address).header("User-Agent", "git/" + AGENT);
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
    AtomicLong sent = new AtomicLong();
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(
            counted(request, sent),
            head ->
                BodySubscribers.mapping(
                    BodySubscribers.ofInputStream(), body -> new UpstreamBody(body, patience)));
    try {
      return await(answer, sent);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case ConnectException _, HttpConnectTimeoutException _ ->
            throw new UpstreamException.Undone(UNREACHABLE, e);
        case SSLHandshakeException unknown
            when unknown.getCause() instanceof CertificateException ->
            throw new UpstreamException.Undone(
                "the gateway does not trust the certificate of the upstream: an operator has to"
                    + " correct it, or the authority of "
                    + upstream.resource().name(),
                unknown);
        case IOException broken -> throw new UpstreamException(SILENT, broken);
        case null, default -> throw new IllegalStateException("a request was not sent", e);
      }
    } catch (InterruptedException e) {
      answer.cancel(/* mayInterruptIfRunning= */ true);
      throw e;
    }
  }

  private static HttpRequest counted(HttpRequest request, AtomicLong sent) {
    return request
        .bodyPublisher()
        .map(
            body ->
                HttpRequest.newBuilder(request, (name, value) -> true)
                    .method(request.method(), new CountedBody(body, sent))
                    .build())
        .orElse(request);
  }

  /** A large body on a slow line takes its time; only where nothing moves is it given up. */
  private HttpResponse<InputStream> await(
      CompletableFuture<HttpResponse<InputStream>> answer, AtomicLong sent)
      throws IOException, InterruptedException, ExecutionException {
    long before;
    do {
      before = sent.get();
      try {
        return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // Unless it has taken something meanwhile.
      }
    } while (sent.get() != before);
    answer.cancel(/* mayInterruptIfRunning= */ true);
    throw new UpstreamException(SILENT);
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
