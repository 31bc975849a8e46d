package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A session credential as the gateway gave it, with what is needed to use it. Whatever ends up in
 * files or command lines is of a plain form; the rest is not believed.
 *
 * @param user what clients give as their name; the gateway does not look at it
 * @param roots certificates to trust at the door, PEM
 */
record Minted(
    String id,
    String resource,
    String user,
    String secret,
    Instant expires,
    Door door,
    Optional<String> roots) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]{1,255}");
  private static final Pattern SECRET = Pattern.compile("cs_[A-Za-z0-9_-]{43}");
  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

  /** Where the resource's door is. */
  sealed interface Door {}

  record PostgresDoor(String host, int port) implements Door {}

  /**
   * @param url the repository
   */
  record GitDoor(URI url) implements Door {}

  /**
   * @param url the cluster
   */
  record KubernetesDoor(URI url) implements Door {}

  static String resourceName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new CommandFailure(ExitCode.USAGE, "no resource has such a name");
    }
    return name;
  }

  static Minted of(JsonNode answer) {
    String resource = plain(answer.path("resource").asText(), NAME);
    String user = answer.path("user").asText();
    return new Minted(
        plain(answer.path("id").asText(), ID),
        resource,
        user.chars().allMatch(c -> c >= ' ' && c != 0x7f) ? user : "countersign",
        plain(answer.path("credential").asText(), SECRET),
        Instant.parse(answer.path("expires").asText()),
        door(resource, answer.at("/target/kind").asText(), answer.path("door")),
        Optional.ofNullable(answer.at("/door/roots").textValue()));
  }

  private static Door door(String resource, String kind, JsonNode door) {
    return switch (kind) {
      case "postgres" ->
          new PostgresDoor(plain(door.path("host").asText(), HOST), door.path("port").asInt());
      case "git" -> new GitDoor(https(door, "/git/" + resource));
      case "kubernetes" -> new KubernetesDoor(https(door, "/k8s/" + resource));
      default -> throw strange();
    };
  }

  private static URI https(JsonNode door, String path) {
    String url = door.path("url").asText("");
    if (url.isEmpty()) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the gateway has no https door that leads to this resource");
    }
    URI uri = URI.create(url);
    if (!"https".equals(uri.getScheme()) || uri.getRawAuthority() == null) {
      throw strange();
    }
    return URI.create("https://" + uri.getRawAuthority() + path);
  }

  private static String plain(String text, Pattern form) {
    if (!form.matcher(text).matches()) {
      throw strange();
    }
    return text;
  }

  private static CommandFailure strange() {
    return new CommandFailure(
        ExitCode.UNAVAILABLE, "the gateway gives a session credential of a strange form");
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "Minted[" + id + ", " + resource + "]";
  }
}
