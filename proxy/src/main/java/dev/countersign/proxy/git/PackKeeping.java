package dev.countersign.proxy.git;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.proxy.frontdoor.Release;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the packs of pushes to repositories that want them recorded. What cannot be kept does not
 * go upstream.
 *
 * @param recorder empty where the gateway has no key of an owner to seal them to
 */
record PackKeeping(Optional<PackRecorder> recorder) {

  private static final Logger log = LoggerFactory.getLogger(PackKeeping.class);

  /**
   * Says early that it would be of no use.
   *
   * @throws GitRefusedException if there is no way or no room to keep it
   */
  void check(GitUpstream upstream, JudgedPack pack) throws GitRefusedException {
    if (!upstream.recordsPacks()) {
      return;
    }
    if (recorder.isEmpty()) {
      throw refused("the gateway has no owner's key to encrypt them to (journal.ownerKey)");
    }
    boolean hasRoom;
    try {
      hasRoom = recorder.get().hasRoom(pack.bytes());
    } catch (IOException e) {
      throw failed(upstream, pack, e);
    }
    if (!hasRoom) {
      throw refused("there is no room left for them (journal.packs)");
    }
  }

  /**
   * Keeps one that is about to go upstream, and has the journal say so.
   *
   * @throws GitRefusedException if it could not be kept
   */
  void keep(GitUpstream upstream, JudgedPack pack, Release release) throws GitRefusedException {
    if (!upstream.recordsPacks()) {
      return;
    }
    try {
      recorder
          .orElseThrow(() -> new IOException("there is no owner's key"))
          .keep(pack.file(), pack.sha256());
    } catch (IOException e) {
      throw failed(upstream, pack, e);
    }
    release.content(Stream.PACK, pack.toString());
  }

  private static GitRefusedException failed(
      GitUpstream upstream, JudgedPack pack, IOException cause) {
    log.atError()
        .addKeyValue("resource", upstream.resource().name())
        .addKeyValue("pack", pack)
        .setCause(cause)
        .log("a pack could not be recorded; the push is refused");
    return refused("this one cannot be");
  }

  private static GitRefusedException refused(String why) {
    return new GitRefusedException(
        "GIT-RECORDING",
        "packs of this repository have to be recorded, and "
            + why
            + "; tell the gateway's operator");
  }
}
