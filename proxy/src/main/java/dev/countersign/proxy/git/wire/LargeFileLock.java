package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Somebody's lock of a path, and what is said about locks.
 *
 * @param since when it was made, as the upstream writes it
 * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/locking.md">Locking API</a>
 */
public record LargeFileLock(String id, String path, String since, String owner) {

  private static final int MOST = 1_000;

  /** With one of these a path would be that of something else, or of nothing. */
  private static final Set<String> NO_NAMES = Set.of("", ".", "..");

  public LargeFileLock {
    requireNonNull(id, "id");
    requireNonNull(path, "path");
    requireNonNull(since, "since");
    requireNonNull(owner, "owner");
  }

  /** A path is to be locked. */
  public record Wanted(String path, Optional<String> ref) {

    public Wanted {
      requireNonNull(path, "path");
      requireNonNull(ref, "ref");
    }

    public static Wanted read(byte[] body) throws GitWireException {
      JsonNode json = LargeFileJson.read(body);
      String path = LargeFileJson.text(json, "path");
      if (!PlainText.line(path).equals(path)
          || Stream.of(path.split("/", -1)).anyMatch(NO_NAMES::contains)) {
        throw new GitWireException("that is no path of a repository");
      }
      return new Wanted(path, LargeFileJson.ref(json));
    }

    public byte[] write() {
      ObjectNode json = LargeFileJson.object().put("path", path);
      ref.ifPresent(name -> json.putObject("ref").put("name", name));
      return LargeFileJson.write(json);
    }
  }

  /**
   * A lock is to be given up.
   *
   * @param force though it is somebody else's
   */
  public record Unwanted(boolean force, Optional<String> ref) {

    public Unwanted {
      requireNonNull(ref, "ref");
    }

    public static Unwanted read(byte[] body) throws GitWireException {
      JsonNode json = LargeFileJson.read(body);
      return new Unwanted(LargeFileJson.flag(json, "force"), LargeFileJson.ref(json));
    }

    public byte[] write() {
      ObjectNode json = LargeFileJson.object().put("force", force);
      ref.ifPresent(name -> json.putObject("ref").put("name", name));
      return LargeFileJson.write(json);
    }
  }

  /** Which locks there are is asked before a push. */
  public record Question(Optional<String> ref, Optional<String> cursor) {

    public Question {
      requireNonNull(ref, "ref");
      requireNonNull(cursor, "cursor");
    }

    public static Question read(byte[] body) throws GitWireException {
      JsonNode json = LargeFileJson.read(body);
      return new Question(LargeFileJson.ref(json), LargeFileJson.optional(json, "cursor"));
    }

    public byte[] write() {
      ObjectNode json = LargeFileJson.object();
      ref.ifPresent(name -> json.putObject("ref").put("name", name));
      cursor.ifPresent(where -> json.put("cursor", where));
      return LargeFileJson.write(json);
    }
  }

  /** An answer with one lock in it. */
  public static LargeFileLock readOne(byte[] body) throws GitWireException {
    return lock(LargeFileJson.read(body).path("lock"));
  }

  /** The locks of an answer that lists them below a name; none where it has no such list. */
  public static List<LargeFileLock> readList(byte[] body, String name) throws GitWireException {
    List<LargeFileLock> locks = new ArrayList<>();
    for (JsonNode each : LargeFileJson.read(body).path(name)) {
      if (locks.size() == MOST) {
        throw new GitWireException("the upstream lists more than " + MOST + " locks at once");
      }
      locks.add(lock(each));
    }
    return locks;
  }

  /** Where the next part of such a list begins. */
  public static Optional<String> next(byte[] body) throws GitWireException {
    return LargeFileJson.optional(LargeFileJson.read(body), "next_cursor");
  }

  private static LargeFileLock lock(JsonNode json) throws GitWireException {
    JsonNode owner = json.path("owner");
    return new LargeFileLock(
        PlainText.line(LargeFileJson.text(json, "id")),
        PlainText.line(LargeFileJson.text(json, "path")),
        PlainText.line(LargeFileJson.textOr(json, "locked_at", "")),
        PlainText.line(LargeFileJson.textOr(owner, "name", "")));
  }

  /**
   * An answer with one lock.
   *
   * @param message for people; none if it is empty
   */
  public static byte[] write(LargeFileLock lock, String message) {
    ObjectNode json = LargeFileJson.object();
    put(json.putObject("lock"), lock);
    if (!message.isEmpty()) {
      json.put("message", message);
    }
    return LargeFileJson.write(json);
  }

  /** An answer with a list of locks below each name. */
  public static byte[] write(
      List<String> names, List<List<LargeFileLock>> lists, Optional<String> next) {
    ObjectNode json = LargeFileJson.object();
    for (int i = 0; i < names.size(); i++) {
      ArrayNode array = json.putArray(names.get(i));
      lists.get(i).forEach(lock -> put(array.addObject(), lock));
    }
    next.ifPresent(cursor -> json.put("next_cursor", cursor));
    return LargeFileJson.write(json);
  }

  private static void put(ObjectNode json, LargeFileLock lock) {
    json.put("id", lock.id()).put("path", lock.path()).put("locked_at", lock.since());
    json.putObject("owner").put("name", lock.owner());
  }
}
