package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.LargeFileBatch;
import dev.countersign.proxy.git.wire.LargeFileName;
import dev.countersign.proxy.git.wire.LargeFilePlaces;
import dev.countersign.proxy.git.wire.LargeFileWords;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The large files behind a resource. The places that the host names for them are gone to only where
 * upstreams may be, and no client ever hears of them.
 */
final class UpstreamLargeFiles {

  private static final int LONGEST_ANSWER = 8 << 20;

  /** What frames a request is the HTTP client's. */
  private static final Set<String> FRAMING = Set.of("transfer-encoding", "content-length");

  private static final String AUTHORIZATION = "Authorization";

  /** An answer that was read whole. */
  @SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
  record Answer(int status, byte[] body) {
    boolean isOk() {
      return status / 100 == 2;
    }

    /** For what is neither a yes nor a no that the client can use. */
    UpstreamException asFailure() {
      return new UpstreamException("the upstream answers " + status + " about large files");
    }
  }

  private final UpstreamHttp http;

  UpstreamLargeFiles(UpstreamHttp http) {
    this.http = requireNonNull(http, "http");
  }

  /** Behind {@code .git}, also where the address of the repository does not say so. */
  private URI at(String path) {
    String base = http.base();
    return URI.create(base + (base.endsWith(".git") ? "" : ".git") + "/info/lfs" + path);
  }

  Answer get(String path) throws IOException, InterruptedException {
    return whole(http.request(at(path)).header("Accept", LargeFileWords.TYPE).GET().build());
  }

  Answer post(String path, byte[] body) throws IOException, InterruptedException {
    return whole(
        http.request(at(path))
            .header("Accept", LargeFileWords.TYPE)
            .header("Content-Type", LargeFileWords.TYPE)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private Answer whole(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = http.send(request);
    try (InputStream in = response.body()) {
      byte[] body = in.readNBytes(LONGEST_ANSWER + 1);
      if (body.length > LONGEST_ANSWER) {
        throw new UpstreamException("the upstream says too much about large files");
      }
      return new Answer(response.statusCode(), body);
    }
  }

  /** Asks where files are to be sent, or found. */
  List<LargeFilePlaces.Entry> places(LargeFileBatch batch)
      throws IOException, InterruptedException {
    Answer answer = post("/objects/batch", batch.write());
    if (answer.status() == 404 || answer.status() == 501) {
      throw new UpstreamException("the upstream has no Git LFS");
    }
    if (!answer.isOk()) {
      throw answer.asFailure();
    }
    List<LargeFilePlaces.Entry> entries;
    try {
      entries = LargeFilePlaces.read(answer.body(), batch.operation()).entries();
    } catch (GitWireException e) {
      throw new UpstreamException(String.valueOf(e.getMessage()), e);
    }
    if (!Set.copyOf(batch.files())
        .equals(Set.copyOf(entries.stream().map(LargeFilePlaces.Entry::file).toList()))) {
      throw new UpstreamException("the upstream answers about other large files");
    }
    return entries;
  }

  /** Asks about one. */
  LargeFilePlaces.Entry place(LargeFileBatch.Operation operation, String ref, LargeFileName file)
      throws IOException, InterruptedException {
    return places(new LargeFileBatch(operation, Optional.of(ref), List.of(file))).getFirst();
  }

  /** Sends a file, and has the host look whether it is there. */
  void send(LargeFilePlaces.Open open, Path file) throws IOException, InterruptedException {
    require(whole(at(open.place(), "application/octet-stream").PUT(publisher(file)).build()));
    if (open.verify().isPresent()) {
      byte[] name =
          ("{\"oid\":\"" + open.file().id() + "\",\"size\":" + open.file().size() + "}")
              .getBytes(StandardCharsets.US_ASCII);
      require(
          whole(
              at(open.verify().get(), LargeFileWords.TYPE)
                  .setHeader("Accept", LargeFileWords.TYPE)
                  .POST(BodyPublishers.ofByteArray(name))
                  .build()));
    }
  }

  private static BodyPublisher publisher(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException e) {
      throw new IllegalStateException("a file that was just written is gone", e);
    }
  }

  private static void require(Answer answer) throws UpstreamException {
    if (!answer.isOk()) {
      throw answer.asFailure();
    }
  }

  /** Fetches a file; the caller closes it, and looks whether it is the one. */
  InputStream fetch(LargeFilePlaces.Place place) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = http.send(at(place, "").GET().build());
    if (response.statusCode() != 200) {
      response.body().close();
      throw new Answer(response.statusCode(), new byte[0]).asFailure();
    }
    return response.body();
  }

  /**
   * @param type of the body; none if it is empty
   */
  private HttpRequest.Builder at(LargeFilePlaces.Place place, String type)
      throws UpstreamException {
    URI address = place.address();
    String scheme = String.valueOf(address.getScheme());
    boolean safe =
        scheme.equals("https")
            || (scheme.equals("http") && http.upstream().url().getScheme().equals("http"));
    if (!safe || address.getRawUserInfo() != null) {
      throw new UpstreamException("the upstream keeps large files where they are not safe");
    }
    try {
      HttpRequest.Builder request = http.request(address);
      if (!type.isEmpty()) {
        request.setHeader("Content-Type", type);
      }
      for (Map.Entry<String, String> header : place.headers().entrySet()) {
        if (!FRAMING.contains(header.getKey().toLowerCase(Locale.ROOT))) {
          request.setHeader(
              header.getKey().equalsIgnoreCase(AUTHORIZATION) ? AUTHORIZATION : header.getKey(),
              header.getValue());
        }
      }
      return request;
    } catch (IllegalArgumentException e) {
      throw new UpstreamException("the upstream asks for a header that is not sent", e);
    }
  }
}
