package dev.countersign.audit.verify;

import dev.countersign.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain through all segments, record by record, and tells the root of the tree at the
 * sizes that checkpoints speak of. Goes on behind a fault, so that each is named once.
 */
final class ChainCheck {

  private final Optional<OwnerOpener> owner;
  private final long limit;
  private final SortedSet<Long> sizes;
  private final List<Finding> findings;

  private final Map<Long, Bytes> roots = new HashMap<>();
  private final Map<Long, Bytes> chains = new HashMap<>();
  private final Map<Long, String> shredded = new HashMap<>();
  private final Set<Bytes> signers = new HashSet<>();
  private @Nullable UUID journal;
  private @Nullable Header before;
  private Tree tree = new Tree(0, List.of());
  private Bytes chain = Bytes.ZERO_HASH;
  private Bytes lastHash = Bytes.ZERO_HASH;
  private long last;
  private long lastMicros;
  private long segments;
  private long records;
  private long opened;
  private boolean sealed;

  ChainCheck(
      Optional<OwnerOpener> owner, long limit, SortedSet<Long> sizes, List<Finding> findings) {
    this.owner = owner;
    this.limit = limit;
    this.sizes = sizes;
    this.findings = findings;
  }

  Optional<UUID> journal() {
    return Optional.ofNullable(journal);
  }

  /** The root of the tree when it had that size, if the journal got there. */
  Optional<Bytes> root(long size) {
    return Optional.ofNullable(roots.get(size));
  }

  Optional<Bytes> chain(long size) {
    return Optional.ofNullable(chains.get(size));
  }

  /** The ids of the keys that headers name as signers of checkpoints. */
  Set<Bytes> signers() {
    return Set.copyOf(signers);
  }

  /** The lines of a tombstone that tell which records a shredded segment had. */
  Optional<String> shredded(long segment) {
    return Optional.ofNullable(shredded.get(segment));
  }

  long last() {
    return last;
  }

  long segments() {
    return segments;
  }

  long records() {
    return records;
  }

  long opened() {
    return opened;
  }

  boolean hasSealedPayloads() {
    return sealed;
  }

  /**
   * Checks the next segment.
   *
   * @param newest whether none follows
   */
  void segment(long number, Path path, boolean shredded, boolean newest) throws IOException {
    String name = String.valueOf(path.getFileName());
    segments++;
    try (SegmentFile file = new SegmentFile(path, shredded)) {
      Header header = file.header();
      link(header, number, name);
      Optional<SecretKey> key = shredded ? Optional.empty() : dataKey(header, name);
      Optional<JournalRecord> next = file.next();
      while (next.isPresent()) {
        record(next.get(), name);
        if (!shredded) {
          payload(header, next.get(), key, name);
        }
        if (last >= limit) {
          return;
        }
        next = file.next();
      }
      if (shredded) {
        this.shredded.put(
            number, "records %d-%d\nhash %s".formatted(header.first(), last, lastHash));
      }
      if (!file.isAtEnd()) {
        findings.add(
            new Finding(
                newest ? Kind.NOT_PROVEN : Kind.EDITED,
                name + " at offset " + file.offset(),
                newest
                    ? "the newest segment ends within a record: it is being written, or its process"
                        + " died"
                    : "no record where one has to be"));
      }
    } catch (Header.NoHeaderException e) {
      findings.add(new Finding(Kind.EDITED, name + " at offset 0", String.valueOf(e.getMessage())));
    }
  }

  private void link(Header header, long number, String name) {
    if (header.number() != number) {
      findings.add(
          new Finding(Kind.REORDERED, name, "it says that it is segment " + header.number()));
    }
    if (journal != null && !journal.equals(header.journal())) {
      findings.add(
          new Finding(
              Kind.INSERTED,
              name,
              "it is of journal " + header.journal() + ", the others of " + journal));
    }
    journal = journal == null ? header.journal() : journal;
    if (before != null && header.created() < before.created()) {
      findings.add(
          new Finding(
              Kind.CLOCK_WENT_BACK,
              name,
              "it was begun %s before segment %d"
                  .formatted(span(before.created() - header.created()), before.number())));
    }
    if (!header.signer().isZero()) {
      signers.add(header.signer());
    }
    follow(header, name);
    tree = new Tree(header.first() - 1, header.tree());
    chain = header.chainStart();
    lastHash = header.previous();
    last = header.first() - 1;
    before = header;
  }

  private void follow(Header header, String name) {
    boolean follows =
        header.first() == last + 1
            && header.previous().equals(lastHash)
            && header.tree().equals(tree.subtrees());
    if (follows) {
      return;
    }
    if (header.unsyncedFrom() > 0
        && header.unsyncedFrom() <= last + 1
        && header.first() > last + 1) {
      findings.add(
          new Finding(
              Kind.LOST,
              name,
              "records %d to %d, whose fsync had failed, are not there"
                  .formatted(last + 1, header.first() - 1)));
    } else if (header.first() > last + 1) {
      findings.add(
          new Finding(
              Kind.DELETED,
              name,
              "records %d to %d before it are missing".formatted(last + 1, header.first() - 1)));
    } else if (header.first() <= last) {
      findings.add(
          new Finding(
              Kind.INSERTED,
              name,
              "it begins with record %d, but there are %d before it"
                  .formatted(header.first(), last)));
    } else {
      findings.add(
          new Finding(
              Kind.REWRITTEN,
              name,
              "it does not follow the record " + last + " that is before it"));
    }
  }

  private void record(JournalRecord record, String name) {
    String where = name + " at offset " + record.offset() + " (record " + record.sequence() + ")";
    records++;
    if (!record.intact()) {
      findings.add(new Finding(Kind.EDITED, where, "content and CRC differ"));
    } else if (record.sequence() != last + 1) {
      misplaced(record, where);
    } else if (!record.hash().equals(record.hashAfter(chain))) {
      findings.add(
          new Finding(
              Kind.EDITED,
              where,
              "what it holds is not what the chain says; its CRC was made to fit"));
    }
    if (record.micros() < lastMicros) {
      findings.add(
          new Finding(
              Kind.CLOCK_WENT_BACK,
              where,
              "it is %s older than the record before it"
                  .formatted(span(lastMicros - record.micros()))));
    }
    lastMicros = Math.max(lastMicros, record.micros());
    chain = record.hash();
    lastHash = record.hash();
    last = record.intact() ? record.sequence() : last + 1;
    tree.add(record.hash());
    if (sizes.contains(last)) {
      roots.put(last, tree.root());
      chains.put(last, lastHash);
    }
  }

  private void misplaced(JournalRecord record, String where) {
    if (record.sequence() > last + 1) {
      findings.add(
          new Finding(
              Kind.DELETED,
              where,
              record.sequence() == last + 2
                  ? "record " + (last + 1) + " is missing before it, or stands elsewhere"
                  : "records %d to %d are missing before it, or stand elsewhere"
                      .formatted(last + 1, record.sequence() - 1)));
    } else {
      findings.add(
          new Finding(
              record.sequence() == last ? Kind.INSERTED : Kind.REORDERED,
              where,
              "it stands behind record " + last));
    }
  }

  private Optional<SecretKey> dataKey(Header header, String name) {
    if (!header.encrypted()) {
      return Optional.empty();
    }
    if (owner.isEmpty()) {
      sealed = true;
      return Optional.empty();
    }
    if (!owner.get().thumbprint().equals(header.owner())) {
      findings.add(
          new Finding(
              Kind.WRONG_KEY,
              name,
              "it is sealed to the key %s, the one given is %s"
                  .formatted(base64(header.owner()), base64(owner.get().thumbprint()))));
      return Optional.empty();
    }
    try {
      return Optional.of(owner.get().open(header.wrapped()));
    } catch (GeneralSecurityException e) {
      findings.add(new Finding(Kind.WRONG_KEY, name, "the owner's key does not open its data key"));
      return Optional.empty();
    }
  }

  private void payload(Header header, JournalRecord record, Optional<SecretKey> key, String name) {
    if (!record.intact() || (header.encrypted() && key.isEmpty())) {
      return;
    }
    try {
      byte[] content =
          key.isPresent() ? OwnerOpener.content(key.get(), header, record) : record.content().all();
      opened++;
      Bytes commitment =
          Bytes.sha256(
              "countersign/payload/2\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
              content);
      if (!commitment.equals(record.commitment())) {
        findings.add(
            new Finding(
                Kind.EDITED,
                name + " (record " + record.sequence() + ")",
                "its payload is not what it commits to"));
      }
    } catch (GeneralSecurityException e) {
      findings.add(
          new Finding(
              Kind.WRONG_KEY,
              name + " (record " + record.sequence() + ")",
              "its payload does not open with the segment's key"));
    }
  }

  private static String base64(Bytes bytes) {
    return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.all());
  }

  private static Duration span(long micros) {
    return Duration.ofNanos(Math.multiplyExact(Math.min(micros, Long.MAX_VALUE / 1_000), 1_000));
  }
}
