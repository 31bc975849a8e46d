package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.FetchCommand;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.Packet;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.proxy.git.wire.PushAdvertisement;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefList;
import dev.countersign.proxy.mask.SecretScanner;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The repository behind a resource, over smart HTTP and with the gateway's own login. Redirects are
 * not followed: the login is for this address and no other.
 */
final class UpstreamRepository {

  static final String AGENT = UpstreamHttp.AGENT;

  private static final int MAX_REFS = 2_000_000;
  private static final int LONGEST_WORDS = 1_000;

  /**
   * What an upstream can do for a fetch.
   *
   * @param objectFormat {@code sha1} or {@code sha256}
   * @param shallow whether histories can be cut
   * @param filter whether objects can be left out
   * @param unborn whether it tells of a {@code HEAD} without commits
   */
  record Abilities(String objectFormat, boolean shallow, boolean filter, boolean unborn) {}

  private final UpstreamHttp http;

  UpstreamRepository(UpstreamHttp http) {
    this.http = requireNonNull(http, "http");
  }

  /** Asks what it can do. */
  Abilities abilities() throws IOException, InterruptedException {
    HttpRequest request =
        request("/info/refs?service=git-upload-pack")
            .header("Git-Protocol", "version=2")
            .GET()
            .build();
    try (InputStream body = send(request, "application/x-git-upload-pack-advertisement")) {
      return abilities(new PacketReader(body, PacketReader.Version.V2));
    } catch (EOFException e) {
      throw cut(e);
    }
  }

  private static Abilities abilities(PacketReader in) throws IOException {
    List<String> lines = new ArrayList<>();
    Packet packet = in.next();
    // Some servers put the service in front, as before version 2.
    if (packet instanceof Packet.Line line && line.text().startsWith("# service=")) {
      packet = in.next();
      packet = packet == Packet.Mark.FLUSH ? in.next() : packet;
    }
    while (packet instanceof Packet.Line line) {
      lines.add(line.text());
      packet = in.next();
    }
    if (lines.isEmpty() || !lines.getFirst().equals("version 2")) {
      throw new UpstreamException("the upstream does not speak protocol version 2 of git");
    }
    String format = "sha1";
    List<String> fetch = List.of();
    boolean unborn = false;
    for (String line : lines) {
      if (line.startsWith(PushRequest.OBJECT_FORMAT)) {
        format = line.substring(PushRequest.OBJECT_FORMAT.length());
      } else if (line.startsWith("fetch=")) {
        fetch = List.of(line.substring("fetch=".length()).split(" "));
      } else if (line.startsWith("ls-refs=")) {
        unborn = List.of(line.substring("ls-refs=".length()).split(" ")).contains("unborn");
      }
    }
    return new Abilities(format, fetch.contains("shallow"), fetch.contains("filter"), unborn);
  }

  /** Asks which refs there are, and what the symbolic ones stand for. */
  UpstreamRefs refs(ObjectFormat format) throws IOException, InterruptedException {
    return refs(Optional.of(format.word()));
  }

  /**
   * Asks the same.
   *
   * @param objectFormat how it names its objects; SHA-1 if that is not said
   */
  UpstreamRefs refs(Optional<String> objectFormat) throws IOException, InterruptedException {
    List<RefList.Entry> entries = list(new FetchCommand.LsRefs(List.of("symrefs"), objectFormat));
    return new UpstreamRefs(entries.stream().flatMap(entry -> entry.ref().stream()).toList());
  }

  List<RefList.Entry> list(FetchCommand.LsRefs command) throws IOException, InterruptedException {
    try (InputStream body = fetch(command)) {
      return RefList.read(new PacketReader(body, PacketReader.Version.V2), MAX_REFS);
    } catch (EOFException e) {
      throw cut(e);
    }
  }

  private static UpstreamException cut(EOFException e) {
    return new UpstreamException("the upstream broke off", e);
  }

  /** Has a command of git-upload-pack carried out; the caller closes the answer. */
  InputStream fetch(FetchCommand command) throws IOException, InterruptedException {
    // At once as large as it will be: it may be of a million lines.
    int lines = command.arguments().stream().mapToInt(argument -> argument.length() + 5).sum();
    ByteArrayOutputStream body = new ByteArrayOutputStream(lines + 200);
    command.write(new PacketWriter(body), AGENT);
    return fetch(body.toByteArray());
  }

  /** Asks for all that some objects reach, but not for what others do. */
  InputStream fetch(ObjectFormat format, Iterable<ObjectName> wants, Iterable<ObjectName> haves)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("ofs-delta", "no-progress"));
    wants.forEach(want -> arguments.add("want " + want));
    haves.forEach(have -> arguments.add("have " + have));
    arguments.add("done");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketWriter out = new PacketWriter(body);
    out.text("command=fetch");
    out.text("agent=" + AGENT);
    if (format != ObjectFormat.SHA1) {
      out.text(format.capability());
    }
    out.mark(Packet.Mark.DELIMITER);
    for (String argument : arguments) {
      out.text(argument);
    }
    out.flush();
    return fetch(body.toByteArray());
  }

  private InputStream fetch(byte[] body) throws IOException, InterruptedException {
    HttpRequest request =
        request("/git-upload-pack")
            .header("Git-Protocol", "version=2")
            .header("Content-Type", "application/x-git-upload-pack-request")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return send(request, "application/x-git-upload-pack-result");
  }

  /** Asks what it says before a push. */
  PushAdvertisement pushAdvertisement() throws IOException, InterruptedException {
    HttpRequest request = request("/info/refs?service=git-receive-pack").GET().build();
    try (InputStream body = send(request, "application/x-git-receive-pack-advertisement")) {
      return PushAdvertisement.read(new PacketReader(body, PacketReader.Version.V0), MAX_REFS);
    } catch (EOFException e) {
      throw cut(e);
    }
  }

  /**
   * Pushes; the caller closes the answer.
   *
   * @param commands what stands in front of the pack
   * @param pack empty where there is nothing but deletions
   */
  InputStream push(byte[] commands, Optional<Path> pack) throws IOException, InterruptedException {
    HttpRequest.BodyPublisher head = HttpRequest.BodyPublishers.ofByteArray(commands);
    HttpRequest request =
        request("/git-receive-pack")
            .header("Content-Type", "application/x-git-receive-pack-request")
            .POST(
                pack.isEmpty()
                    ? head
                    : HttpRequest.BodyPublishers.concat(
                        head, HttpRequest.BodyPublishers.ofFile(pack.get())))
            .build();
    return send(request, "application/x-git-receive-pack-result");
  }

  private HttpRequest.Builder request(String path) {
    return http.request(URI.create(http.base() + path));
  }

  private InputStream send(HttpRequest request, String contentType)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = http.send(request);
    if (response.statusCode() == 200 && type(response).equals(contentType)) {
      return new BufferedInputStream(unpacked(response), 1 << 16);
    }
    try (InputStream body = response.body()) {
      throw failure(response, body);
    }
  }

  /** Without what may follow it, as git reads it. */
  private static String type(HttpResponse<InputStream> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return type.replaceFirst("\\s*;.*", "").toLowerCase(Locale.ROOT);
  }

  /** Nothing but itself was asked for, yet some servers pack all they say. */
  private static InputStream unpacked(HttpResponse<InputStream> response) throws IOException {
    boolean packed =
        response.headers().allValues("Content-Encoding").stream()
            .anyMatch(encoding -> encoding.toLowerCase(Locale.ROOT).endsWith("gzip"));
    return packed ? new GZIPInputStream(response.body()) : response.body();
  }

  private UpstreamException failure(HttpResponse<InputStream> response, InputStream body) {
    int status = response.statusCode();
    String resource = http.upstream().resource().name();
    String answers = "the upstream answers " + status + words(response, body);
    return switch (status / 100) {
      case 2 -> new UpstreamException("the upstream does not speak git's smart HTTP");
      case 3 ->
          new UpstreamException.Undone(
              "the upstream has moved; an operator has to correct the address of " + resource);
      case 4 ->
          switch (status) {
            case 401 ->
                new UpstreamException.Undone(
                    "the upstream does not take the gateway's own login (401). Yours is good: an"
                        + " operator has to correct the gateway's for "
                        + resource);
            // Somebody between here and there did not want to wait for what may go on.
            case 408 -> new UpstreamException(answers);
            default -> new UpstreamException.Undone(answers);
          };
      default -> new UpstreamException(answers);
    };
  }

  /** Text that was written for people, as git would show it. */
  private static String words(HttpResponse<InputStream> response, InputStream body) {
    if (!type(response).equals("text/plain")) {
      return "";
    }
    try {
      String text = new String(body.readNBytes(LONGEST_WORDS), StandardCharsets.UTF_8);
      String plain = PlainText.line(SecretScanner.redact(text).strip().replaceAll("\\s+", " "));
      return plain.isEmpty() ? "" : ": " + plain;
    } catch (IOException e) {
      return "";
    }
  }
}
