package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.transport.TransportException;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  private final ElasticsearchClient client;

  BulkSend(ElasticsearchClient client) {
    this.client = client;
  }

  /**
   * Sends a batch.
   *
   * @return what was refused for good
   * @throws IOException if anything has to be sent again; then send all of it again
   */
  List<Rejected> send(List<Document> documents) throws IOException {
    try {
      List<BulkOperation> operations = documents.stream().map(BulkSend::create).toList();
      return rejected(documents, client.bulk(bulk -> bulk.operations(operations)));
    } catch (ElasticsearchException e) {
      return refusedAsAWhole(documents, e.status(), e);
    } catch (TransportException e) {
      return refusedAsAWhole(documents, e.statusCode(), e);
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

  private static BulkOperation create(Document document) {
    return BulkOperation.of(
        operation ->
            operation.create(
                create ->
                    create
                        .index(document.index)
                        .id(document.id)
                        .document(BinaryData.of(document.json, ContentType.APPLICATION_JSON))));
  }

  private static List<Rejected> rejected(List<Document> documents, BulkResponse response)
      throws IOException {
    List<Rejected> rejected = new ArrayList<>();
    List<BulkResponseItem> items = response.items();
    if (items.size() != documents.size()) {
      throw new IOException("Elasticsearch answered " + items.size() + " of " + documents.size());
    }
    for (int i = 0; i < items.size(); i++) {
      int status = items.get(i).status();
      if (status == TOO_MANY || status >= 500 || isSetUp(items.get(i).error())) {
        throw new IOException("Elasticsearch answered " + status + " to a document");
      }
      if (status >= 400 && status != CONFLICT) {
        rejected.add(new Rejected(documents.get(i), status, reason(items.get(i).error())));
      }
    }
    return rejected;
  }

  /** Refusals that are the cluster's state and not the document's fault. */
  private static boolean isSetUp(@Nullable ErrorCause error) {
    return error != null
        && error.type() != null
        && switch (error.type()) {
          case "cluster_block_exception",
              "index_closed_exception",
              "index_not_found_exception",
              "security_exception",
              "validation_exception" ->
              true;
          default -> false;
        };
  }

  private static String reason(@Nullable ErrorCause error) {
    return error == null || error.type() == null ? "unknown" : error.type();
  }
}
