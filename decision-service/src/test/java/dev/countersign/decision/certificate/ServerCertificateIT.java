package dev.countersign.decision.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates made by the JDK's own keytool. */
final class ServerCertificateIT {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path directory;

  private KeyStore keytool(String algorithm) throws Exception {
    Path store = directory.resolve("store-" + algorithm + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private CertificateFiles pem(KeyStore certificate, KeyStore key)
      throws IOException, GeneralSecurityException {
    return new CertificateFiles(
        Files.writeString(
            directory.resolve("cert.pem"),
            pem("CERTIFICATE", certificate.getCertificate("a").getEncoded())),
        Files.writeString(
            directory.resolve("key.pem"),
            pem("PRIVATE KEY", key.getKey("a", PASSWORD).getEncoded())));
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void servesTls(String algorithm) throws Exception {
    KeyStore keys = keytool(algorithm);
    SSLContext server = pem(keys, keys).read().context();
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", keys.getCertificate("a"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, trust.getTrustManagers(), null);

    try (var listening = (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> served =
          threads.submit(
              () -> {
                try (var accepted = listening.accept()) {
                  return accepted.getInputStream().read();
                }
              });
      try (var socket =
          (SSLSocket)
              client.getSocketFactory().createSocket("127.0.0.1", listening.getLocalPort())) {
        socket.getOutputStream().write('x');
      }
      assertThat(served.get()).isEqualTo('x');
    }
  }

  @Test
  void refusesFilesThatAreNotThereOrNotPem() throws Exception {
    KeyStore keys = keytool("EC");
    pem(keys, keys);
    Path certificate = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");

    assertThatThrownBy(() -> new CertificateFiles(directory.resolve("missing"), key).read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> new CertificateFiles(certificate, certificate).read())
        .hasMessage(
            "certificate %s with key %s: the key is not PEM in PKCS #8 (BEGIN PRIVATE KEY)",
            certificate, certificate);
    assertThatThrownBy(() -> new CertificateFiles(key, key).read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(key.toString());
  }

  @Test
  void refusesTheKeyOfAnother() throws Exception {
    KeyStore keys = keytool("EC");
    for (KeyStore other : List.of(keytool("RSA"), keytool("Ed25519"))) {
      assertThatThrownBy(() -> pem(keys, other).read())
          .hasMessageContaining("the key is not the certificate's");
      assertThatThrownBy(() -> pem(other, keys).read())
          .hasMessageContaining("the key is not the certificate's");
    }
  }
}
