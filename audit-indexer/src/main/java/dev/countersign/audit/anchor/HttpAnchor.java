package dev.countersign.audit.anchor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A server that takes checkpoints: a witness, or an index of an Elasticsearch. */
public final class HttpAnchor implements Anchor, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CONFLICT = 409;

  /** How a note is sent. */
  private interface Form {
    HttpRequest.Builder request(String note);
  }

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI place;
  private final Form form;
  private final Set<Integer> kept;

  private HttpAnchor(URI place, Form form, Set<Integer> kept) {
    this.place = place;
    this.form = form;
    this.kept = kept;
  }

  /** A witness: gets each note as the body of a POST and answers 2xx when it has it. */
  public static HttpAnchor witness(URI url) {
    return new HttpAnchor(
        url,
        note ->
            HttpRequest.newBuilder(url)
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(note)),
        Set.of());
  }

  /**
   * An index beside the events'. A document is created under the checkpoint's journal and size and
   * never overwritten, so that a changed history cannot take an earlier one's place there.
   */
  public static HttpAnchor elasticsearch(URI cluster, String index, Optional<String> apiKey) {
    return new HttpAnchor(
        cluster,
        note -> {
          String[] lines = note.split("\n", -1);
          String id = lines[0].substring(lines[0].indexOf('/') + 1) + "-" + lines[1];
          String root = cluster.toString().replaceAll("/+$", "");
          HttpRequest.Builder request =
              HttpRequest.newBuilder(URI.create(root + "/" + index + "/_create/" + id))
                  .header("Content-Type", "application/json")
                  .PUT(HttpRequest.BodyPublishers.ofString(document(lines, note)));
          apiKey.ifPresent(key -> request.header("Authorization", "ApiKey " + key));
          return request;
        },
        Set.of(CONFLICT));
  }

  private static String document(String[] lines, String note) {
    return "{\"@timestamp\":%s,\"countersign\":{\"checkpoint\":{\"size\":%s,\"note\":%s}}}"
        .formatted(quoted(lines[4].substring("time ".length())), lines[1], quoted(note));
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(
            c ->
                out.append(
                    c < ' ' || c > '~' || c == '"' || c == '\\'
                        ? String.format(Locale.ROOT, "\\u%04x", c)
                        : String.valueOf((char) c)));
    return out.append('"').toString();
  }

  @Override
  public void keep(String note) throws IOException, InterruptedException {
    int status =
        http.send(
                form.request(note).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode();
    if (status / 100 != 2 && !kept.contains(status)) {
      throw new IOException(place + " answered " + status);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
