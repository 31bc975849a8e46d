package dev.countersign.audit.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a data key for each new segment and forgets those that are due. After that a segment is
 * readable to its owner only.
 */
final class SegmentKeys implements DataKeys {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentKeys.class);

  /** For readers in this process, where nothing is to be readable afterwards. */
  private static final Duration AT_LEAST = Duration.ofHours(1);

  private final Path directory;
  private final JournalConfig.Encryption encryption;
  private final SecureRandom random = new SecureRandom();
  private final Map<Long, SecretKey> inMemory = new ConcurrentHashMap<>();
  private final Optional<SecretKey> local;
  private volatile LongSupplier indexed = () -> Long.MAX_VALUE;

  SegmentKeys(Path directory, JournalConfig.Encryption encryption) throws IOException {
    this.directory = directory;
    this.encryption = encryption;
    local =
        encryption.readable().isPositive() || encryption.untilIndexed()
            ? Optional.of(localKey(encryption.localKey()))
            : Optional.empty();
  }

  private SecretKey localKey(Path file) throws IOException {
    if (!Files.exists(file)) {
      PrivateFile.write(file, PayloadCipher.newKey(random).getEncoded());
    }
    PrivateFile.directory(directory.resolve("readable"));
    Path name = ReadableKeys.localKey(directory);
    Files.deleteIfExists(name);
    Files.createSymbolicLink(name, file.toAbsolutePath());
    return new SecretKeySpec(Files.readAllBytes(file), "AES");
  }

  /** Keeps keys of what is still to be read by somebody, however old it is. */
  void keepAfter(LongSupplier sequence) {
    indexed = sequence;
  }

  OwnerKey owner() {
    return encryption.owner();
  }

  SecretKey make(long segment) throws IOException {
    SecretKey key = PayloadCipher.newKey(random);
    inMemory.put(segment, key);
    if (local.isPresent()) {
      PrivateFile.write(ReadableKeys.file(directory, segment), ReadableKeys.seal(local.get(), key));
    }
    return key;
  }

  @Override
  public Optional<SecretKey> open(SealedKey wanted) {
    return Optional.ofNullable(inMemory.get(wanted.segment()))
        .or(() -> DataKeys.local(directory).open(wanted));
  }

  /** Forgets the keys of segments that are older than they may be readable. */
  void forget(long newest) {
    Instant now = Instant.now();
    Duration inProcess =
        encryption.readable().compareTo(AT_LEAST) > 0 ? encryption.readable() : AT_LEAST;
    try {
      List<Long> numbers = SegmentFiles.numbers(directory);
      for (int i = 0; i + 1 < numbers.size(); i++) {
        long number = numbers.get(i);
        long next = numbers.get(i + 1);
        if (number < newest && isDue(number, next, now.minus(encryption.readable()))) {
          Files.deleteIfExists(ReadableKeys.file(directory, number));
        }
        if (number < newest && isDue(number, next, now.minus(inProcess))) {
          inMemory.remove(number);
        }
      }
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("Old data keys could not be forgotten; it is tried again");
    }
  }

  private boolean isDue(long number, long next, Instant before) throws IOException {
    boolean held =
        inMemory.containsKey(number) || Files.exists(ReadableKeys.file(directory, number));
    if (!held
        || Files.getLastModifiedTime(SegmentFiles.path(directory, number))
            .toInstant()
            .isAfter(before)) {
      return false;
    }
    Optional<SegmentHeader> header = SegmentFiles.header(directory, next);
    return header.isPresent() && header.get().firstSequence() - 1 <= indexed.getAsLong();
  }
}
