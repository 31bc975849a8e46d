package dev.countersign.decision.certificate;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.journal.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A certificate and its key as they are on the disk. Whoever renews them there need not restart
 * anything: they are looked at again and again, and what cannot be used changes nothing.
 */
public final class CertificateFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** So long before its end it is warned of, unless it lives for days only. */
  private static final Duration SOON = Duration.ofDays(14);

  private static final Duration TOLD_AGAIN = Duration.ofDays(1);

  /** Both files at one moment. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by what is in them.
  private record Content(byte[] certificate, byte[] key) {

    boolean isSame(@Nullable Content other) {
      return other != null
          && Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key);
    }
  }

  private final Path certificate;
  private final Path key;
  private final Duration interval;
  private final InstantSource clock;
  private @Nullable Content seen;
  private @Nullable X509Certificate shown;
  private boolean missing;
  private String told = "";
  private Instant toldAt = Instant.MIN;
  private @Nullable Rounds rounds;

  /**
   * @param certificate the chain, PEM
   * @param key of the certificate, PKCS #8 in PEM
   */
  public CertificateFiles(Path certificate, Path key) {
    this(certificate, key, INTERVAL);
  }

  /**
   * The same.
   *
   * @param interval how long between two looks
   */
  public CertificateFiles(Path certificate, Path key, Duration interval) {
    this(certificate, key, interval, InstantSource.system());
  }

  CertificateFiles(Path certificate, Path key, Duration interval, InstantSource clock) {
    this.clock = clock;
    this.certificate = requireNonNull(certificate, "certificate");
    this.key = requireNonNull(key, "key");
    this.interval = requireNonNull(interval, "interval");
  }

  /**
   * What is there now; before it is watched.
   *
   * @throws IOException if it cannot be used
   */
  public ServerCertificate read() throws IOException {
    Content now = content();
    seen = now;
    ServerCertificate read = read(now);
    shown = read.chain().getFirst();
    tellOfItsTime();
    return read;
  }

  private Content content() throws IOException {
    return new Content(Files.readAllBytes(certificate), Files.readAllBytes(key));
  }

  private ServerCertificate read(Content content) throws IOException {
    try {
      return ServerCertificate.read(content.certificate(), content.key());
    } catch (IOException e) {
      throw new IOException(
          "certificate %s with key %s: %s".formatted(certificate, key, e.getMessage()), e);
    }
  }

  /**
   * Tells of each change, from a thread of its own.
   *
   * @param renewed is told what is to be shown from now on
   */
  public void watch(Consumer<ServerCertificate> renewed) {
    Rounds looking = new Rounds("certificate", interval, () -> look(renewed));
    looking.startLater();
    rounds = looking;
  }

  private void look(Consumer<ServerCertificate> renewed) {
    try {
      Content now = content();
      missing = false;
      if (!now.isSame(seen)) {
        // Said once, good or not: what comes next is another change.
        seen = now;
        show(read(now), renewed);
      }
    } catch (IOException e) {
      if (!missing) {
        LOG.atWarn()
            .setCause(e)
            .log("what is there of a certificate cannot be used; the one before is shown");
      }
      missing = !Files.isReadable(certificate) || !Files.isReadable(key);
    }
    tellOfItsTime();
  }

  private void show(ServerCertificate read, Consumer<ServerCertificate> renewed) {
    renewed.accept(read);
    shown = read.chain().getFirst();
    LOG.atInfo()
        .addKeyValue("certificate", certificate)
        .addKeyValue("until", read.chain().getFirst().getNotAfter().toInstant())
        .log("a renewed certificate is shown from now on");
  }

  /** Says so once a day while the certificate that is shown is not good, or not for long. */
  private void tellOfItsTime() {
    X509Certificate leaf = requireNonNull(shown, "read before");
    Instant from = leaf.getNotBefore().toInstant();
    Instant until = leaf.getNotAfter().toInstant();
    Instant now = clock.instant();
    String words = inWords(from, until, now);
    boolean again = !now.isBefore(toldAt.plus(TOLD_AGAIN));
    if (!words.isEmpty() && (again || !words.equals(told))) {
      LOG.atLevel(now.isBefore(from) || now.isAfter(until) ? Level.ERROR : Level.WARN)
          .addKeyValue("certificate", certificate)
          .addKeyValue("from", from)
          .addKeyValue("until", until)
          .log(words);
      toldAt = now;
    }
    told = words;
  }

  private static String inWords(Instant from, Instant until, Instant now) {
    if (now.isBefore(from)) {
      return "the certificate that is shown is not valid yet, or the clock of this machine is"
          + " wrong: no client that checks it comes in";
    }
    if (now.isAfter(until)) {
      return "the certificate that is shown has expired: no client that checks it comes in; put a"
          + " renewed one in its place, no restart is needed";
    }
    // Of one that lives for days a quarter is soon.
    Duration quarter = Duration.between(from, until).dividedBy(4);
    Duration soon = quarter.compareTo(SOON) < 0 ? quarter : SOON;
    return now.isAfter(until.minus(soon))
        ? "the certificate that is shown expires soon; put a renewed one in its place, no restart"
            + " is needed"
        : "";
  }

  @Override
  public void close() {
    Rounds looking = rounds;
    if (looking != null) {
      looking.close();
    }
  }
}
