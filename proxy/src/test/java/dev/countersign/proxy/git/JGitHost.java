package dev.countersign.proxy.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/**
 * A git host that is not git: JGit, as Gerrit and others serve it. What refs there are it says
 * packed with gzip, everything else in chunks.
 */
final class JGitHost implements AutoCloseable {

  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  JGitHost() throws IOException {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
  }

  /** Where it serves it from now on. */
  URI serve(Path repository) {
    server.createContext("/", exchange -> handle(exchange, repository.toFile()));
    server.start();
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/payments.git");
  }

  private static void handle(HttpExchange exchange, File repository) throws IOException {
    try (exchange;
        Repository opened = new FileRepository(repository)) {
      String login =
          Base64.getEncoder()
              .encodeToString(
                  (GitServer.USER + ":" + GitServer.TOKEN).getBytes(StandardCharsets.UTF_8));
      if (!("Basic " + login).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      String path = exchange.getRequestURI().toString();
      String service = path.contains("receive-pack") ? "git-receive-pack" : "git-upload-pack";
      boolean begins = path.contains("/info/refs");
      exchange
          .getResponseHeaders()
          .set(
              "Content-Type", "application/x-" + service + (begins ? "-advertisement" : "-result"));
      if (begins) {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      }
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out =
          begins ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody()) {
        if (service.equals("git-receive-pack")) {
          receive(new ReceivePack(opened), begins, exchange, out);
        } else {
          upload(new UploadPack(opened), begins, exchange, out);
        }
      }
    }
  }

  private static void receive(
      ReceivePack pack, boolean begins, HttpExchange exchange, OutputStream out)
      throws IOException {
    pack.setBiDirectionalPipe(false);
    pack.setAllowPushOptions(true);
    pack.setAtomic(true);
    if (begins) {
      begin("git-receive-pack", out);
      pack.sendAdvertisedRefs(new RefAdvertiser.PacketLineOutRefAdvertiser(new PacketLineOut(out)));
    } else {
      pack.receive(exchange.getRequestBody(), out, null);
    }
  }

  private static void upload(
      UploadPack pack, boolean begins, HttpExchange exchange, OutputStream out) throws IOException {
    pack.setBiDirectionalPipe(false);
    String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
    pack.setExtraParameters(protocol == null ? List.of() : List.of(protocol.split(":", -1)));
    if (begins) {
      begin("git-upload-pack", out);
      pack.sendAdvertisedRefs(new RefAdvertiser.PacketLineOutRefAdvertiser(new PacketLineOut(out)));
    } else {
      pack.upload(exchange.getRequestBody(), out, null);
    }
  }

  private static void begin(String service, OutputStream out) throws IOException {
    PacketLineOut packets = new PacketLineOut(out);
    packets.writeString("# service=" + service + "\n");
    packets.end();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
