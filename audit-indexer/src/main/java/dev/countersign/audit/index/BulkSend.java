package dev.countersign.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.entity.ContentType;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.RestClient;

/** Sends documents until each is stored, was stored before, or is refused for good. */
final class BulkSend {

  private static final int CONFLICT = 409;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY = 429;

  /** A document on its way. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Document(String index, String id, byte[] json) {}

  /** A document the cluster will never take. */
  record Rejected(Document document, int status, String reason) {}

  private static final JsonMapper JSON = new JsonMapper();
  private static final ContentType LINES = ContentType.create("application/x-ndjson");

  /** Of each document only what decides: the whole answer is longer than some of the documents. */
  private static final String DECIDING = "errors,items.*.status,items.*.error.type";

  private final RestClient client;

  BulkSend(RestClient client) {
    this.client = client;
  }

  /**
   * Sends a batch.
   *
   * @return what was refused for good
   * @throws IOException if anything has to be sent again; then send all of it again
   */
  List<Rejected> send(List<Document> documents) throws IOException {
    Request request = new Request("POST", "/_bulk");
    request.addParameter("filter_path", DECIDING);
    request.setEntity(new ByteArrayEntity(lines(documents), LINES));
    try (InputStream answer = client.performRequest(request).getEntity().getContent()) {
      return rejected(documents, JSON.readTree(answer));
    } catch (ResponseException e) {
      return refusedAsAWhole(documents, e.getResponse().getStatusLine().getStatusCode(), e);
    }
  }

  private List<Rejected> refusedAsAWhole(List<Document> documents, int status, Exception e)
      throws IOException {
    if (status != TOO_LARGE) {
      throw new IOException("Elasticsearch answered " + status + " to a bulk request", e);
    }
    if (documents.size() == 1) {
      return List.of(new Rejected(documents.getFirst(), status, "document too large"));
    }
    int half = documents.size() / 2;
    List<Rejected> rejected = new ArrayList<>(send(documents.subList(0, half)));
    rejected.addAll(send(documents.subList(half, documents.size())));
    return rejected;
  }

  private static byte[] lines(List<Document> documents) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(documents.size() << 11);
    for (Document document : documents) {
      // Neither name nor id needs escaping: letters that an index may have, digits, dashes.
      String action =
          "{\"create\":{\"_index\":\"" + document.index + "\",\"_id\":\"" + document.id + "\"}}\n";
      lines.writeBytes(action.getBytes(StandardCharsets.UTF_8));
      lines.writeBytes(document.json);
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  private static List<Rejected> rejected(List<Document> documents, JsonNode answer)
      throws IOException {
    List<Rejected> rejected = new ArrayList<>();
    JsonNode items = answer.path("items");
    if (items.size() != documents.size()) {
      throw new IOException("Elasticsearch answered " + items.size() + " of " + documents.size());
    }
    for (int i = 0; i < items.size(); i++) {
      JsonNode item = items.get(i).path("create");
      int status = item.path("status").asInt();
      String error = item.at("/error/type").asText("unknown");
      if (status == 0 || status == TOO_MANY || status >= 500 || isSetUp(error)) {
        throw new IOException("Elasticsearch answered " + status + " to a document");
      }
      if (status >= 400 && status != CONFLICT) {
        rejected.add(new Rejected(documents.get(i), status, error));
      }
    }
    return rejected;
  }

  /** Refusals that are the cluster's state and not the document's fault. */
  private static boolean isSetUp(String error) {
    return switch (error) {
      case "cluster_block_exception",
          "index_closed_exception",
          "index_not_found_exception",
          "security_exception",
          "validation_exception" ->
          true;
      default -> false;
    };
  }
}
