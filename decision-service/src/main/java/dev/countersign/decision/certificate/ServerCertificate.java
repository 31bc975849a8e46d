package dev.countersign.decision.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What a server proves by who it is.
 *
 * @param chain its own certificate first
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads one.
   *
   * @param certificate the chain, PEM
   * @param key of the certificate, PKCS #8 in PEM
   * @throws IOException if they are not that, or do not belong together: then no client would get
   *     in, and each would be told something else
   */
  static ServerCertificate read(byte[] certificate, byte[] key) throws IOException {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(certificate))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new IOException("there is no certificate in it");
      }
      PublicKey known = chain.getFirst().getPublicKey();
      PrivateKey read = key(new String(key, StandardCharsets.US_ASCII), known.getAlgorithm());
      if (!isPair(read, known)) {
        throw new IOException("the key is not the certificate's");
      }
      return new ServerCertificate(read, chain);
    } catch (InvalidKeySpecException e) {
      throw new IOException("the key is not the certificate's", e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static PrivateKey key(String pem, String algorithm)
      throws IOException, GeneralSecurityException {
    Matcher matcher = KEY.matcher(pem);
    if (!matcher.find()) {
      throw new IOException("the key is not PEM in PKCS #8 (BEGIN PRIVATE KEY)");
    }
    byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static boolean isPair(PrivateKey key, PublicKey known) throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (known.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              case "EdDSA" -> "EdDSA";
              case String other ->
                  throw new NoSuchAlgorithmException(other + " is not for servers");
            });
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(known);
    return signature.verify(signed);
  }

  /** TLS for a server that shows it. */
  public SSLContext context() {
    try {
      // The store lives in memory only; the JDK wants a password all the same.
      char[] password = {};
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a key that was tried cannot be used", e);
    }
  }
}
