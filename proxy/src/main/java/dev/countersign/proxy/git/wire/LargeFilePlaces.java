package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answer to a {@link LargeFileBatch}: where each file is to be sent, or found. */
public record LargeFilePlaces(List<Entry> entries) {

  private static final int MOST_HEADERS = 20;

  /** What is answered of one file. */
  public sealed interface Entry {
    LargeFileName file();
  }

  /** Nothing is to be done: an upload of what is there already. */
  public record There(LargeFileName file) implements Entry {}

  /** It cannot be had, or sent. */
  public record Failed(LargeFileName file, int code, String message) implements Entry {
    public Failed {
      requireNonNull(file, "file");
      requireNonNull(message, "message");
    }
  }

  /**
   * It can be.
   *
   * @param verify where to say that it has been sent
   */
  public record Open(LargeFileName file, Place place, Optional<Place> verify) implements Entry {
    public Open {
      requireNonNull(file, "file");
      requireNonNull(place, "place");
      requireNonNull(verify, "verify");
    }
  }

  /** An address, and what is to be shown there. */
  public record Place(URI address, Map<String, String> headers) {
    public Place {
      requireNonNull(address, "address");
      headers = Map.copyOf(headers);
    }

    /** Without the address and the headers: either may be a credential. */
    @Override
    public String toString() {
      return "Place[" + address.getHost() + "]";
    }
  }

  public LargeFilePlaces {
    entries = List.copyOf(entries);
  }

  /** Reads what an upstream answers. */
  public static LargeFilePlaces read(byte[] body, LargeFileBatch.Operation operation)
      throws GitWireException {
    JsonNode json = LargeFileJson.read(body);
    if (!LargeFileJson.textOr(json, "transfer", "basic").equals("basic")) {
      throw new GitWireException("the upstream answers with a transfer that was not asked for");
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode each : json.path("objects")) {
      entries.add(entry(each, operation.toString()));
    }
    return new LargeFilePlaces(entries);
  }

  private static Entry entry(JsonNode json, String operation) throws GitWireException {
    LargeFileName file = LargeFileJson.file(json);
    JsonNode error = json.path("error");
    if (error.isObject()) {
      return new Failed(
          file,
          error.path("code").asInt(500),
          PlainText.line(LargeFileJson.textOr(error, "message", "the upstream has no reason")));
    }
    JsonNode action = json.path("actions").path(operation);
    if (action.isMissingNode()) {
      return new There(file);
    }
    JsonNode verify = json.path("actions").path("verify");
    return new Open(
        file,
        place(action),
        verify.isMissingNode() ? Optional.empty() : Optional.of(place(verify)));
  }

  private static Place place(JsonNode action) throws GitWireException {
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, JsonNode> header : action.path("header").properties()) {
      headers.put(header.getKey(), LargeFileJson.text(action.path("header"), header.getKey()));
    }
    try {
      URI address = new URI(LargeFileJson.text(action, "href"));
      if (headers.size() <= MOST_HEADERS && address.getHost() != null) {
        return new Place(address, headers);
      }
    } catch (URISyntaxException e) {
      // Said below: the address may hold a credential.
    }
    throw new GitWireException("the upstream names a place for a large file that is none");
  }

  /** As it goes to a client, in the order of the entries. */
  public byte[] write(LargeFileBatch.Operation operation, long seconds) {
    ObjectNode json = LargeFileJson.object();
    json.put("transfer", "basic");
    json.put("hash_algo", "sha256");
    ArrayNode array = json.putArray("objects");
    for (Entry entry : entries) {
      ObjectNode each = array.addObject();
      each.put("oid", entry.file().id()).put("size", entry.file().size());
      switch (entry) {
        case There _ -> {}
        case Failed failed ->
            each.putObject("error").put("code", failed.code()).put("message", failed.message());
        case Open open -> {
          ObjectNode action = each.putObject("actions").putObject(operation.toString());
          action.put("href", open.place().address().toString());
          ObjectNode header = action.putObject("header");
          open.place().headers().forEach(header::put);
          action.put("expires_in", seconds);
        }
      }
    }
    return LargeFileJson.write(json);
  }
}
