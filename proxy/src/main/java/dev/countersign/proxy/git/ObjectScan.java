package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.rules.fact.RefUpdate;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Looks for secrets in the objects of one push: in each once, whatever its size. */
final class ObjectScan {

  /** What is reported; more does not change what is to be done. */
  private static final int MOST_FINDINGS = 100;

  private static final int CHUNK = 1 << 20;

  /** Longer than any secret. */
  private static final int OVERLAP = 8 << 10;

  private final ObjectReader reader;
  private final Map<ObjectId, BlobFacts> blobs = new HashMap<>();
  private final Set<ObjectId> others = new HashSet<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Set<RefUpdate.Secret> known = new HashSet<>();

  ObjectScan(ObjectReader reader) {
    this.reader = reader;
  }

  /** Everything found so far. */
  List<Finding> findings() {
    return findings;
  }

  boolean hasSeen(AnyObjectId id) {
    return blobs.containsKey(id.toObjectId()) || others.contains(id.toObjectId());
  }

  /** Reads a file. */
  BlobFacts blob(ObjectId id, String path, String commit) throws IOException {
    BlobFacts facts = blobs.get(id);
    if (facts == null) {
      facts = read(reader.open(id), path, commit);
      blobs.put(id, facts);
    }
    return facts;
  }

  /** Reads an object that is no file: a commit, a tag, a directory. */
  void object(ObjectId id, byte[] raw, String what, String commit) {
    if (others.add(id)) {
      text(Writings.plain(raw, raw.length), raw, raw.length, what, commit, 0);
    }
  }

  /** Reads the name of a file. */
  void name(String path, String commit) {
    SecretScanner.scan(
        path, (detector, at) -> found(detector, SecretScanner.redact(path), commit, 0));
  }

  private BlobFacts read(ObjectLoader loader, String path, String commit) throws IOException {
    long size = loader.getSize();
    if (size <= CHUNK) {
      byte[] bytes = loader.getBytes();
      return new BlobFacts(
          RawText.isBinary(bytes), scan(bytes, bytes.length, path, commit, 0), size);
    }
    boolean binary = false;
    int lines = 0;
    int kept = 0;
    byte[] window = new byte[OVERLAP + CHUNK];
    try (InputStream in = loader.openStream()) {
      int count = in.readNBytes(window, 0, CHUNK);
      while (count > 0) {
        int length = kept + count;
        binary |= RawText.isBinary(window, length, false);
        int linesKept = countLines(window, kept);
        lines += scan(window, length, path, commit, lines - linesKept) - linesKept;
        kept = Math.min(OVERLAP, length);
        System.arraycopy(window, length - kept, window, 0, kept);
        count = in.readNBytes(window, kept, CHUNK);
      }
    }
    return new BlobFacts(binary, lines, size);
  }

  /** Scans a piece, and counts its lines. */
  private int scan(byte[] bytes, int length, String path, String commit, int linesBefore) {
    text(Writings.plain(bytes, length), bytes, length, path, commit, linesBefore + 1);
    return countLines(bytes, length);
  }

  private static int countLines(byte[] bytes, int length) {
    int lines = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        lines++;
      }
    }
    return lines;
  }

  private void text(
      String plain, byte[] bytes, int length, String path, String commit, int firstLine) {
    SecretScanner.scan(
        plain,
        (detector, at) ->
            found(detector, path, commit, firstLine == 0 ? 0 : firstLine + newlines(plain, at)));
    for (String other : Writings.others(bytes, length, plain)) {
      for (String detector : SecretScanner.detectors(other)) {
        found(detector, path, commit, 0);
      }
    }
  }

  private static int newlines(String text, int before) {
    int lines = 0;
    for (int at = text.indexOf('\n'); at >= 0 && at < before; at = text.indexOf('\n', at + 1)) {
      lines++;
    }
    return lines;
  }

  private void found(String detector, String path, String commit, int line) {
    RefUpdate.Secret secret = new RefUpdate.Secret(detector, PlainText.line(path), commit);
    if (findings.size() < MOST_FINDINGS && known.add(secret)) {
      findings.add(new Finding(secret, line));
    }
  }
}
