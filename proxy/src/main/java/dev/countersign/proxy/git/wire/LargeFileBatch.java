package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client of Git LFS asks before it sends or fetches large files. Only the transfer that
 * every client knows, {@code basic}, is spoken.
 *
 * @param ref the full name of the ref that it is for; empty where the client does not say
 * @param files each once
 * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md">Batch API</a>
 */
public record LargeFileBatch(Operation operation, Optional<String> ref, List<LargeFileName> files) {

  /** Clients ask for 100 at a time. */
  private static final int MOST = 1_000;

  private static final String BASIC = "basic";
  private static final String SHA256 = "sha256";

  /** Which way the files go. */
  public enum Operation {
    UPLOAD,
    DOWNLOAD;

    /** As it is written on the wire. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LargeFileBatch {
    requireNonNull(operation, "operation");
    requireNonNull(ref, "ref");
    files = List.copyOf(files);
  }

  /** Reads one. */
  public static LargeFileBatch read(byte[] body) throws GitWireException {
    JsonNode json = LargeFileJson.read(body);
    Operation operation =
        switch (LargeFileJson.text(json, "operation")) {
          case "upload" -> Operation.UPLOAD;
          case "download" -> Operation.DOWNLOAD;
          default -> throw new GitWireException("the operation is neither upload nor download");
        };
    JsonNode transfers = json.path("transfers");
    if (!transfers.isMissingNode() && !names(transfers).contains(BASIC)) {
      throw new GitWireException("large files are transferred the basic way only");
    }
    if (!LargeFileJson.textOr(json, "hash_algo", SHA256).equals(SHA256)) {
      throw new GitWireException("large files are named by SHA-256 only");
    }
    return new LargeFileBatch(operation, LargeFileJson.ref(json), files(json.path("objects")));
  }

  private static Set<String> names(JsonNode array) {
    Set<String> names = new LinkedHashSet<>();
    array.forEach(each -> names.add(each.asText()));
    return names;
  }

  private static List<LargeFileName> files(JsonNode array) throws GitWireException {
    if (!array.isArray() || array.isEmpty() || array.size() > MOST) {
      throw new GitWireException("a batch is of 1 to " + MOST + " objects");
    }
    Set<LargeFileName> files = new LinkedHashSet<>();
    Map<String, Long> sizes = new HashMap<>();
    for (JsonNode each : array) {
      LargeFileName file = LargeFileJson.file(each);
      Long before = sizes.put(file.id(), file.size());
      if (before != null && before != file.size()) {
        throw new GitWireException("an object is of two sizes");
      }
      files.add(file);
    }
    return List.copyOf(files);
  }

  /** As it goes to an upstream: with nothing that was not read. */
  public byte[] write() {
    ObjectNode json = LargeFileJson.object();
    json.put("operation", operation.toString());
    json.putArray("transfers").add(BASIC);
    json.put("hash_algo", SHA256);
    ref.ifPresent(name -> json.putObject("ref").put("name", name));
    ArrayNode array = json.putArray("objects");
    for (LargeFileName file : files) {
      array.addObject().put("oid", file.id()).put("size", file.size());
    }
    return LargeFileJson.write(json);
  }
}
