package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.LargeFileBatch.Operation;
import dev.countersign.proxy.git.wire.LargeFileName;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows when it sends or fetches a large file: that it asked before and was told yes,
 * as who it is, by the policy that is in force, not long ago. It opens nothing without the client's
 * own login. Only the process that gave one out takes it.
 */
final class LargeFileTickets {

  static final String HEADER = "Countersign-Ticket";

  /** Long enough for the files that one batch is about. */
  static final Duration LIFE = Duration.ofHours(1);

  private static final String ALGORITHM = "HmacSHA256";
  private static final int LONGEST = 4 << 10;

  /**
   * What was said yes to.
   *
   * @param ref which the file is for
   * @param isApproved whether a human said so, and not the policy alone
   */
  record Ticket(
      Operation operation, String ref, LargeFileName file, Instant until, boolean isApproved) {
    Ticket {
      requireNonNull(operation, "operation");
      requireNonNull(ref, "ref");
      requireNonNull(file, "file");
      requireNonNull(until, "until");
    }
  }

  private final SecretKeySpec key;

  LargeFileTickets() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    key = new SecretKeySpec(random, ALGORITHM);
  }

  String seal(
      Visit visit, Operation operation, String ref, LargeFileName file, boolean isApproved) {
    String text =
        String.join(
            "\n",
            operation.toString(),
            file.id(),
            String.valueOf(file.size()),
            String.valueOf(Instant.now().plus(LIFE).getEpochSecond()),
            String.valueOf(isApproved),
            ref);
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(text.getBytes(UTF_8))
        + "."
        + encoder.encodeToString(mac(visit, text));
  }

  /**
   * Looks at one.
   *
   * @throws GitRefusedException if it is none for this
   */
  Ticket open(Visit visit, Operation operation, String id) throws GitRefusedException {
    List<String> shown = visit.exchange().headers().values(HEADER);
    Ticket ticket = shown.size() == 1 ? read(visit, shown.getFirst()) : null;
    if (ticket == null
        || ticket.operation() != operation
        || !ticket.file().id().equals(id)
        || ticket.until().isBefore(Instant.now())) {
      throw new GitRefusedException(
          "GIT-LFS", "nobody said yes to this transfer, or too long ago: run the command again");
    }
    return ticket;
  }

  private @Nullable Ticket read(Visit visit, String shown) {
    int dot = shown.indexOf('.');
    if (shown.length() > LONGEST || dot < 0) {
      return null;
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(shown.substring(0, dot)), UTF_8);
      byte[] seal = Base64.getUrlDecoder().decode(shown.substring(dot + 1));
      if (!MessageDigest.isEqual(seal, mac(visit, text))) {
        return null;
      }
      String[] parts = text.split("\n", -1);
      return new Ticket(
          Operation.valueOf(parts[0].toUpperCase(Locale.ROOT)),
          parts[5],
          new LargeFileName(parts[1], Long.parseLong(parts[2])),
          Instant.ofEpochSecond(Long.parseLong(parts[3])),
          Boolean.parseBoolean(parts[4]));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private byte[] mac(Visit visit, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String part :
          List.of(
              visit.subject().issuer(),
              visit.subject().id(),
              visit.upstream().resource().name(),
              visit.policy().id(),
              text)) {
        mac.update(part.getBytes(UTF_8));
        mac.update((byte) 0);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
