package dev.countersign.proxy.git;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request asks for, by its method and its path as sent: one of five things, or nothing. */
sealed interface GitRequest {

  String resource();

  /** Which refs there are, before a fetch. */
  record FetchBegin(String resource) implements GitRequest {}

  /** Which refs there are, before a push. */
  record PushBegin(String resource) implements GitRequest {}

  record Fetch(String resource) implements GitRequest {}

  record Push(String resource) implements GitRequest {}

  /** Large files: their own protocol, beside git's. */
  record LargeFiles(String resource, LargeFileRequest what) implements GitRequest {}

  /** The resource is the name of a registered one, letter by letter; nothing is decoded. */
  Pattern TARGET = Pattern.compile("/git/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/([A-Za-z0-9/?=_.-]+)");

  Pattern LARGE_FILES =
      Pattern.compile("/git/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/info/lfs/([A-Za-z0-9/?=&%_.~+-]+)");

  /** Reads it. */
  static Optional<GitRequest> read(String method, String target) {
    Matcher large = LARGE_FILES.matcher(target);
    if (large.matches()) {
      return Optional.of(
          new LargeFiles(large.group(1), LargeFileRequest.read(method, large.group(2))));
    }
    Matcher matcher = TARGET.matcher(target);
    if (!matcher.matches() || target.contains("..") || target.contains("//")) {
      return Optional.empty();
    }
    String resource = matcher.group(1);
    String rest = matcher.group(2);
    return switch (method + " " + rest) {
      case "GET info/refs?service=git-upload-pack" -> Optional.of(new FetchBegin(resource));
      case "GET info/refs?service=git-receive-pack" -> Optional.of(new PushBegin(resource));
      case "POST git-upload-pack" -> Optional.of(new Fetch(resource));
      case "POST git-receive-pack" -> Optional.of(new Push(resource));
      default -> Optional.empty();
    };
  }
}
