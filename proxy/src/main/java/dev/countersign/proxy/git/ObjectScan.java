package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.RefUpdate;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** What looks like a secret in the objects of one push, and where each of them is. */
final class ObjectScan {

  /** What is reported; more does not change what is to be done. */
  private static final int MOST_FINDINGS = 100;

  private static final int BUFFER = 64 << 10;

  private final ObjectReader reader;
  private final PackScan pack;
  private final Naming naming;
  private final BlobScan scan = new BlobScan();
  private final Map<ObjectId, BlobScan.Scanned> upstream = new HashMap<>();
  private final Set<ObjectId> told = new HashSet<>();
  private final Set<String> toldNames = new LinkedHashSet<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Set<RefUpdate.Secret> known = new HashSet<>();

  ObjectScan(ObjectReader reader, PackScan pack, Naming naming) {
    this.reader = reader;
    this.pack = pack;
    this.naming = naming;
  }

  /** Everything found so far. */
  List<Finding> findings() {
    return findings;
  }

  /** What is known of a file, and its secrets told as those of a path. */
  BlobFacts blob(ObjectId id, String path, String commit) throws IOException {
    BlobScan.Scanned scanned = pack.blob(id).orElse(null);
    if (scanned == null) {
      scanned = upstream.get(id);
    }
    if (scanned == null) {
      scanned = read(id);
      upstream.put(id.copy(), scanned);
    }
    if (!scanned.hits().isEmpty() && told.add(id.copy())) {
      scanned.hits().forEach((detector, line) -> found(detector, path, commit, line));
    }
    return scanned.facts();
  }

  /** One that the pack does not bring, as when a file is put back. */
  private BlobScan.Scanned read(ObjectId id) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = reader.open(id).openStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        scan.update(buffer, 0, count);
      }
    }
    return scan.end();
  }

  /** Reads an object that is no file: a commit or a tag. */
  void object(ObjectId id, byte[] raw, String what, String commit) {
    if (told.add(id.copy())) {
      Map<String, Integer> hits = pack.text(id).orElse(null);
      if (hits == null) {
        scan.update(raw, 0, raw.length);
        hits = scan.end().hits();
      }
      hits.keySet().forEach(detector -> found(detector, what, commit, 0));
    }
  }

  /** Whether a commit or a tag has been read. */
  boolean hasRead(ObjectId id) {
    return told.contains(id);
  }

  /** Reads the name of a file. */
  void name(String path, String commit) {
    SecretScanner.scan(
        path,
        (detector, at) -> {
          toldNames.add(path);
          found(detector, SecretScanner.redact(path), commit, 0);
        });
  }

  /** Reads what a push says beside its objects. */
  void said(String text, String what) {
    SecretScanner.detectors(text).forEach(detector -> found(detector, what, "", 0));
  }

  /** Tells of names that no ref reaches. */
  void remainingNames() {
    pack.suspectNames()
        .forEach(
            (name, directory) -> {
              if (toldNames.stream()
                  .noneMatch(path -> ("/" + path + "/").contains("/" + name + "/"))) {
                SecretScanner.detectors(name)
                    .forEach(
                        detector ->
                            found(detector, SecretScanner.redact(name), directory.name(), 0));
              }
            });
  }

  private void found(String detector, String path, String commit, int line) {
    RefUpdate.Secret secret =
        new RefUpdate.Secret(
            detector, PlainText.line(path), commit.isEmpty() ? "" : naming.outer(commit));
    if (findings.size() < MOST_FINDINGS && known.add(secret)) {
      findings.add(new Finding(secret, line));
    }
  }
}
