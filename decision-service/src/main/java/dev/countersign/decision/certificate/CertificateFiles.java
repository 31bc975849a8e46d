package dev.countersign.decision.certificate;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.journal.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate and its key as they are on the disk. Whoever renews them there need not restart
 * anything: they are looked at again and again, and what cannot be used changes nothing.
 */
public final class CertificateFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);

  private static final Duration INTERVAL = Duration.ofMinutes(1);

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
  private @Nullable Content seen;
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
    return read(now);
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

  private void look(Consumer<ServerCertificate> renewed) throws IOException {
    Content now = content();
    if (now.isSame(seen)) {
      return;
    }
    // Said once, good or not: what comes next is another change.
    seen = now;
    ServerCertificate shown;
    try {
      shown = read(now);
    } catch (IOException e) {
      LOG.atWarn()
          .setCause(e)
          .log("what is there of a certificate cannot be used; the one before is shown");
      return;
    }
    renewed.accept(shown);
    LOG.atInfo()
        .addKeyValue("certificate", certificate)
        .addKeyValue("until", shown.chain().getFirst().getNotAfter().toInstant())
        .log("a renewed certificate is shown from now on");
  }

  @Override
  public void close() {
    Rounds looking = rounds;
    if (looking != null) {
      looking.close();
    }
  }
}
