package dev.countersign.cli.demo;

import java.nio.file.Path;

/** Gives other tests a certificate like that of the demo. */
public final class TestCertificate {

  private TestCertificate() {}

  /** Writes {@code door.crt} and {@code door.key}. */
  public static void make(Path directory) {
    DoorCertificate made = DoorCertificate.make(directory);
    assert made.key().getParent().equals(directory);
  }
}
