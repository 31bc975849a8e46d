package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.git.LargeFileTickets.Ticket;
import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.LargeFileBatch.Operation;
import dev.countersign.proxy.git.wire.LargeFileName;
import dev.countersign.proxy.git.wire.LargeFilePlaces;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import dev.countersign.rules.verdict.Decision;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * One large file on its way: to the upstream once all of it is here and is what was announced, or
 * to a client, which gets the end of it only if all of it was right.
 */
record LargeFileTransfer(LargeFiles files) {

  private static final int BUFFER = 64 << 10;

  LargeFileTransfer {
    requireNonNull(files, "files");
  }

  private Visit visit() {
    return files.visit();
  }

  /** Takes a file from the client, looks for secrets in it, and sends it on. */
  void receive(String id) throws IOException, InterruptedException, GitRefusedException {
    Ticket ticket = files.tickets().open(visit(), Operation.UPLOAD, id);
    Path directory = files.mirrors().quarantine(ticket.file().size());
    try {
      Path file = directory.resolve("file");
      BlobScan.Scanned scanned = take(ticket.file(), file);
      RefUpdate announced =
          LargeFiles.files(Change.LFS_UPLOAD, ticket.ref(), List.of(ticket.file()));
      RefUpdate update =
          announced.withSecrets(
              Stream.concat(
                      announced.secrets().stream(),
                      scanned.hits().keySet().stream()
                          .map(
                              detector -> new RefUpdate.Secret(detector, ticket.file().path(), "")))
                  .toList());
      switch (files.pass(text(update, ticket), update, decide(update, ticket))) {
        case Passage.Refused refused -> files.refuse(refused);
        case Passage.Released(Release release) -> deliver(ticket, file, release);
      }
    } finally {
      Mirror.delete(directory);
      files.mirrors().arrived(ticket.file().size());
      files.mirrors().trim();
    }
  }

  private BlobScan.Scanned take(LargeFileName name, Path file)
      throws IOException, GitRefusedException {
    BlobScan scan = new BlobScan();
    MessageDigest digest = Digests.sha256();
    long size = 0;
    try (InputStream in = RequestBody.of(visit().exchange(), name.size());
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        scan.update(buffer, 0, count);
        out.write(buffer, 0, count);
        size += count;
      }
    } catch (BodyTooLargeException e) {
      size = name.size() + 1;
    }
    if (size != name.size() || !HexFormat.of().formatHex(digest.digest()).equals(name.id())) {
      throw new GitRefusedException(
          "GIT-LFS", "the file is not the one that was announced: its size or SHA-256 differs");
    }
    return scan.end();
  }

  /** A yes to a batch is none to what was found in a file of it: that makes another text. */
  private String text(RefUpdate update, Ticket ticket) {
    StringBuilder text = new StringBuilder(files.text(update));
    text.append('\n').append(ticket.file().id()).append(' ').append(ticket.file().size());
    update.secrets().stream()
        .map(RefUpdate.Secret::detector)
        .sorted()
        .forEach(detector -> text.append("\nholds what looks like ").append(detector));
    return text.toString();
  }

  /** A human who had to say yes may have: to the batch. Secrets are another question. */
  private Decision decide(RefUpdate update, Ticket ticket) {
    Decision decision = visit().decide(update);
    return switch (decision) {
      case Decision.Approve approve ->
          ticket.isApproved() && update.secrets().isEmpty()
              ? new Decision.Allow(approve.why())
              : approve;
      case Decision.Allow _, Decision.Mask _, Decision.Block _ -> decision;
    };
  }

  private void deliver(Ticket ticket, Path file, Release release)
      throws IOException, InterruptedException {
    try {
      switch (files.upstream().place(Operation.UPLOAD, ticket.ref(), ticket.file())) {
        case LargeFilePlaces.Failed failed -> {
          refuse(failed, release);
          return;
        }
        case LargeFilePlaces.Open open -> files.upstream().send(open, file);
        case LargeFilePlaces.There _ -> {}
      }
      release.completed(ticket.file().size() + " bytes");
    } finally {
      // Only the first end counts.
      release.failed("broken off");
    }
    visit().exchange().respond(200, HttpFields.of("Content-Length", "0")).close();
  }

  private void refuse(LargeFilePlaces.Failed failed, Release release) throws IOException {
    int code = failed.code();
    release.failed(String.valueOf(code));
    if (code == 401) {
      // Passed on, it would have clients forget their own password, which is good.
      files.say(502, "the upstream does not take the gateway's own login (401)");
    } else {
      files.say(code / 100 == 4 ? code : 502, failed.message());
    }
  }

  /** Fetches a file for the client. */
  void send(String id) throws IOException, InterruptedException, GitRefusedException {
    Ticket ticket = files.tickets().open(visit(), Operation.DOWNLOAD, id);
    RefUpdate update = LargeFiles.files(Change.LFS_DOWNLOAD, ticket.ref(), List.of(ticket.file()));
    switch (files.pass(text(update, ticket), update, decide(update, ticket))) {
      case Passage.Refused refused -> files.refuse(refused);
      case Passage.Released(Release release) -> {
        release.answersIn(visit().exchange());
        try {
          fetch(ticket, release);
        } finally {
          // Only the first end counts.
          release.failed("broken off");
        }
      }
    }
  }

  private void fetch(Ticket ticket, Release release) throws IOException, InterruptedException {
    switch (files.upstream().place(Operation.DOWNLOAD, ticket.ref(), ticket.file())) {
      case LargeFilePlaces.Failed failed -> refuse(failed, release);
      case LargeFilePlaces.There _ -> {
        release.failed("404");
        files.say(404, "the upstream does not have this large file");
      }
      case LargeFilePlaces.Open open -> {
        try (InputStream in = files.upstream().fetch(open.place())) {
          relay(in, ticket.file());
        }
        release.completed(ticket.file().size() + " bytes");
      }
    }
  }

  private void relay(InputStream in, LargeFileName name) throws IOException {
    OutputStream out =
        visit()
            .exchange()
            .respond(
                200,
                HttpFields.of(
                    "Content-Type",
                    "application/octet-stream",
                    "Content-Length",
                    String.valueOf(name.size()),
                    "Cache-Control",
                    "no-store"));
    try {
      relay(in, name, out);
    } catch (IOException e) {
      visit().exchange().abort();
      throw new IOException("a large file was broken off", e);
    }
    out.close();
  }

  private static void relay(InputStream in, LargeFileName name, OutputStream out)
      throws IOException {
    MessageDigest digest = Digests.sha256();
    byte[] held = new byte[0];
    long size = 0;
    while (true) {
      byte[] next = in.readNBytes(BUFFER);
      size += next.length;
      if (size > name.size()) {
        throw new UpstreamException("the upstream sends more of a large file than there is");
      }
      digest.update(next);
      if (next.length == 0) {
        break;
      }
      out.write(held);
      held = next;
    }
    if (size != name.size() || !HexFormat.of().formatHex(digest.digest()).equals(name.id())) {
      throw new UpstreamException("the upstream sends another large file than was asked for");
    }
    out.write(held);
  }
}
