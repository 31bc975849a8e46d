package dev.countersign.decision.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

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

  /** Ours: nobody is to find out from the clients. */
  @Test
  void oneThatIsOverOrSoonIsOrIsNotYetGoodIsToldAtTheStartAndWhileItIsShown() throws Exception {
    KeyStore keys = keytool("EC");
    pem(keys, keys);
    Instant until = ((X509Certificate) keys.getCertificate("a")).getNotAfter().toInstant();
    AtomicReference<Instant> now = new AtomicReference<>(until.minus(Duration.ofDays(15)));
    ListAppender<ILoggingEvent> logged = listen();
    try (CertificateFiles files = files(now)) {
      files.read();
      files.watch(renewed -> {});
      assertThat(logged.list).isEmpty();

      now.set(until.minus(Duration.ofDays(13)));
      awaitLast(logged, Level.WARN, "expires soon");
      now.set(until.plusSeconds(1));
      awaitLast(logged, Level.ERROR, "has expired");
      now.set(until.minus(Duration.ofDays(1_000)));
      awaitLast(logged, Level.ERROR, "is not valid yet");
      assertThat(logged.list).hasSize(3);

      now.set(until.plusSeconds(1));
      awaitLast(logged, Level.ERROR, "has expired");
      now.set(until.plus(Duration.ofDays(2)));
      await().until(() -> logged.list.size() == 5);
    }
    files(now).read();
    assertThat(logged.list).hasSize(6);
  }

  /** Ours: a volume that is away for a night is one line. */
  @Test
  void filesThatAreGoneAreToldOnceAndTheirRenewalIsShown() throws Exception {
    KeyStore keys = keytool("EC");
    pem(keys, keys);
    ListAppender<ILoggingEvent> logged = listen();
    AtomicInteger renewals = new AtomicInteger();
    AtomicInteger looks = new AtomicInteger();
    Instant soon = Instant.now().plusSeconds(60);
    try (CertificateFiles files =
        new CertificateFiles(
            directory.resolve("cert.pem"),
            directory.resolve("key.pem"),
            Duration.ofMillis(10),
            () -> {
              looks.incrementAndGet();
              return soon;
            })) {
      files.read();
      files.watch(renewed -> renewals.incrementAndGet());
      Files.delete(directory.resolve("key.pem"));
      awaitLast(logged, Level.WARN, "the one before is shown");
      int before = looks.get();
      await().until(() -> looks.get() > before + 5);
      assertThat(logged.list).hasSize(1);

      KeyStore others = keytool("RSA");
      pem(others, others);

      await().until(() -> renewals.get() == 1);
    }
  }

  private CertificateFiles files(AtomicReference<Instant> now) {
    return new CertificateFiles(
        directory.resolve("cert.pem"),
        directory.resolve("key.pem"),
        Duration.ofMillis(10),
        now::get);
  }

  private static ListAppender<ILoggingEvent> listen() {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.list = new CopyOnWriteArrayList<>();
    logged.start();
    ((Logger) LoggerFactory.getLogger(CertificateFiles.class)).addAppender(logged);
    return logged;
  }

  private static void awaitLast(ListAppender<ILoggingEvent> logged, Level level, String words) {
    await()
        .until(
            () ->
                !logged.list.isEmpty()
                    && logged.list.getLast().getLevel() == level
                    && logged.list.getLast().getMessage().contains(words));
  }
}
