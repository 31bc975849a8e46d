package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who signs the certificates of an upstream, where that is nobody whom the JVM trusts.
 *
 * @param file its certificate, or several, PEM; read whenever they are needed
 */
public record Authority(Path file) {

  public Authority {
    requireNonNull(file, "file");
  }

  /**
   * Trusts it and nobody else.
   *
   * @throws IOException if the file cannot be read or holds no certificate
   */
  public TrustManagerFactory trust() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IOException(file + " holds no certificate");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      return trust;
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no certificate that can be read", e);
    }
  }

  /** TLS towards whomever it has signed; the host is for the client to verify. */
  public SSLContext tls() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }
}
