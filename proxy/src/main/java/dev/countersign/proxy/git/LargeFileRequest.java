package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.LargeFileName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request of Git LFS asks for, by its method and what stands behind {@code info/lfs/}. */
sealed interface LargeFileRequest {

  /** Where files are to be sent, or found. */
  record Batch() implements LargeFileRequest {}

  /** A file. */
  record Upload(String id) implements LargeFileRequest {}

  /** A file. */
  record Download(String id) implements LargeFileRequest {}

  /** A path is to be locked. */
  record Lock() implements LargeFileRequest {}

  /**
   * Which locks there are.
   *
   * @param filter the parameters of the query
   */
  record Locks(Map<String, String> filter) implements LargeFileRequest {
    public Locks {
      filter = Map.copyOf(filter);
    }
  }

  /** Which locks there are, before a push. */
  record Verify() implements LargeFileRequest {}

  /** A lock is to be given up. */
  record Unlock(String id) implements LargeFileRequest {}

  /** Nothing that is known. */
  record Unknown() implements LargeFileRequest {}

  Pattern UNLOCK = Pattern.compile("locks/([A-Za-z0-9_-]{1,128})/unlock");
  String OBJECT = "objects/";
  String LOCKS = "locks?";
  Set<String> FILTERS = Set.of("path", "id", "cursor", "limit", "refspec");

  /** Reads it. */
  static LargeFileRequest read(String method, String rest) {
    return switch (method + " " + rest) {
      case "POST objects/batch" -> new Batch();
      case "POST locks" -> new Lock();
      case "GET locks" -> new Locks(Map.of());
      case "POST locks/verify" -> new Verify();
      default -> named(method, rest);
    };
  }

  private static LargeFileRequest named(String method, String rest) {
    Matcher unlock = UNLOCK.matcher(rest);
    if (method.equals("POST") && unlock.matches()) {
      return new Unlock(unlock.group(1));
    }
    if (method.equals("GET") && rest.startsWith(LOCKS)) {
      return locks(rest.substring(LOCKS.length()));
    }
    if (rest.startsWith(OBJECT) && LargeFileName.isId(rest.substring(OBJECT.length()))) {
      String id = rest.substring(OBJECT.length());
      return switch (method) {
        case "GET" -> new Download(id);
        case "PUT" -> new Upload(id);
        default -> new Unknown();
      };
    }
    return new Unknown();
  }

  private static LargeFileRequest locks(String query) {
    Map<String, String> filter = new HashMap<>();
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0 || !FILTERS.contains(part.substring(0, equals))) {
        return new Unknown();
      }
      try {
        String value = URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8);
        if (filter.put(part.substring(0, equals), value) != null) {
          return new Unknown();
        }
      } catch (IllegalArgumentException e) {
        return new Unknown();
      }
    }
    return new Locks(filter);
  }
}
