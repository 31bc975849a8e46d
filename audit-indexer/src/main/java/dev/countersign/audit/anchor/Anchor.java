package dev.countersign.audit.anchor;

import java.io.IOException;

/** A place for checkpoints. */
public interface Anchor {

  /**
   * Keeps a signed note; may take its time.
   *
   * @throws IOException if it could not; it is asked again with that note or a newer one
   */
  void keep(String note) throws IOException, InterruptedException;
}
