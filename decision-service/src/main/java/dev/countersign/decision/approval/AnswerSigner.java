package dev.countersign.decision.approval;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Signs answers with the gateway's Ed25519 key: whoever can write to the database still cannot make
 * it say that somebody agreed.
 *
 * <p>Signed are these texts, each with the length of its UTF-8 bytes before it (four bytes,
 * big-endian): {@code countersign answer 1}, the approval, the digest, the view, {@code YES} or
 * {@code NO}, the approver's issuer and id, the time in ISO 8601, the comment.
 */
public final class AnswerSigner {

  private static final String FORM = "countersign answer 1";

  private final KeyPair pair;
  private final String publicKey;

  private AnswerSigner(KeyPair pair) {
    this.pair = pair;
    this.publicKey = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
  }

  /** With a key that is gone when the process is. */
  public static AnswerSigner passing() {
    try {
      return new AnswerSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  /**
   * With the key in a file: base64 of the private key (PKCS #8), and on a second line of the public
   * one. A new one is written, for this user's eyes only, if the file is not there.
   *
   * @throws IOException if the file is there and holds no such key
   */
  public static AnswerSigner in(Path file) throws IOException {
    if (!Files.exists(file)) {
      AnswerSigner made = passing();
      made.write(file);
      return made;
    }
    List<String> lines = Files.readAllLines(file);
    try {
      if (lines.size() != 2) {
        throw new IllegalArgumentException("two lines are expected");
      }
      KeyFactory keys = KeyFactory.getInstance("Ed25519");
      Base64.Decoder base64 = Base64.getDecoder();
      return new AnswerSigner(
          new KeyPair(
              keys.generatePublic(new X509EncodedKeySpec(base64.decode(lines.get(1)))),
              keys.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines.get(0))))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          file + " holds no Ed25519 key pair; move it away and a new one is made", e);
    }
  }

  private void write(Path file) throws IOException {
    String text =
        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n"
            + publicKey
            + "\n";
    try (SeekableByteChannel out =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
  }

  AnswerSignature sign(Vote vote, Instant at) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(form(vote, at));
      return new AnswerSignature(publicKey, Base64.getEncoder().encodeToString(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key that signed before signs no more", e);
    }
  }

  /** What is signed. */
  static byte[] form(Vote vote, Instant at) {
    return LengthPrefixed.of(
        List.of(
            FORM,
            vote.approval(),
            vote.digest(),
            vote.view(),
            vote.vote().name(),
            vote.approver().issuer(),
            vote.approver().id(),
            at.toString(),
            vote.comment()));
  }
}
