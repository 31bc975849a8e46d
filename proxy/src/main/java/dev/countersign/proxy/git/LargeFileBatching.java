package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.git.wire.LargeFileBatch;
import dev.countersign.proxy.git.wire.LargeFileName;
import dev.countersign.proxy.git.wire.LargeFilePlaces;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The question of a client of Git LFS where files go, or are. The answer is an address of the
 * gateway always, and a ticket.
 */
record LargeFileBatching(LargeFiles files) {

  private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9.:\\[\\]-]{1,260}");

  LargeFileBatching {
    requireNonNull(files, "files");
  }

  void answer(LargeFileBatch asked) throws IOException, InterruptedException, GitRefusedException {
    for (LargeFileName file : asked.files()) {
      if (file.size() > files.largest()) {
        throw new GitRefusedException(
            "GIT-LFS", "a large file is larger than " + files.largest() + " bytes");
      }
    }
    boolean uploads = asked.operation() == LargeFileBatch.Operation.UPLOAD;
    String ref = files.ref(asked.ref(), uploads);
    LargeFileBatch batch = new LargeFileBatch(asked.operation(), Optional.of(ref), asked.files());
    RefUpdate update =
        LargeFiles.files(uploads ? Change.LFS_UPLOAD : Change.LFS_DOWNLOAD, ref, batch.files());
    StringBuilder text = new StringBuilder(files.text(update));
    batch
        .files()
        .forEach(file -> text.append('\n').append(file.id()).append(' ').append(file.size()));
    switch (files.pass(text.toString(), update, files.visit().decide(update))) {
      case Passage.Refused refused -> files.refuse(refused);
      case Passage.Released(Release release) -> answer(batch, ref, release);
    }
  }

  private void answer(LargeFileBatch batch, String ref, Release release)
      throws IOException, InterruptedException {
    boolean isApproved = release.approval().isPresent();
    try {
      List<LargeFilePlaces.Entry> places = files.upstream().places(batch);
      LargeFilePlaces ours =
          new LargeFilePlaces(
              places.stream().map(place -> ours(place, batch, ref, isApproved)).toList());
      Answers.lfs(
          files.visit().exchange(),
          200,
          ours.write(batch.operation(), LargeFileTickets.LIFE.toSeconds()));
      release.completed("told where " + places.size() + " large files go");
    } finally {
      // Only the first end counts.
      release.failed("broken off");
    }
  }

  private LargeFilePlaces.Entry ours(
      LargeFilePlaces.Entry entry, LargeFileBatch batch, String ref, boolean isApproved) {
    return switch (entry) {
      case LargeFilePlaces.There there -> there;
      case LargeFilePlaces.Failed failed -> failed;
      case LargeFilePlaces.Open open ->
          new LargeFilePlaces.Open(
              open.file(),
              new LargeFilePlaces.Place(
                  address(open.file()),
                  Map.of(
                      LargeFileTickets.HEADER,
                      files
                          .tickets()
                          .seal(files.visit(), batch.operation(), ref, open.file(), isApproved))),
              Optional.empty());
    };
  }

  /** Where the client has found the gateway, it finds it again. */
  private URI address(LargeFileName file) {
    String authority = files.visit().exchange().headers().first("Host").orElse("");
    if (!AUTHORITY.matcher(authority).matches()) {
      throw new IllegalStateException("a request without a host has come through");
    }
    return URI.create(
        "https://"
            + authority
            + "/git/"
            + files.visit().upstream().resource().name()
            + "/info/lfs/objects/"
            + file.id());
  }
}
