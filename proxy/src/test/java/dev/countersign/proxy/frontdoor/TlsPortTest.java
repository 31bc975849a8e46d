package dev.countersign.proxy.frontdoor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.decision.certificate.CertificateFiles;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Ours: what would keep every client out is said at the start, and a renewal keeps nobody out. */
final class TlsPortTest {

  private static final InetSocketAddress ANYWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void aKeyThatIsNotTheCertificatesIsRefusedByName() throws Exception {
    TestTls one = TestTls.make();
    TestTls other = TestTls.make();

    assertThatThrownBy(() -> new TlsPort(ANYWHERE, one.chain(), other.key(), "http/1.1"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "certificate %s with key %s: the key is not the certificate's",
            one.chain(), other.key());
    try (TlsPort good = new TlsPort(ANYWHERE, one.chain(), one.key(), "http/1.1")) {
      assertThat(good.tls()).isNotNull();
    }
  }

  @Test
  void aRenewedCertificateIsShownWithoutARestart() throws Exception {
    TestTls first = TestTls.make();
    TestTls second = TestTls.make();
    CertificateFiles files =
        new CertificateFiles(first.chain(), first.key(), Duration.ofMillis(50));
    try (TlsPort port = new TlsPort(ANYWHERE, files, "http/1.1")) {
      InetSocketAddress address = port.open(channel -> shows(port, channel));
      shakeHands(first, address);
      // Half of it: nothing that could be shown.
      replace(second.chain(), first.chain());
      shakeHands(first, address);

      replace(second.key(), first.key());

      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(SSLException.class)
          .untilAsserted(() -> shakeHands(second, address));
      assertThatThrownBy(() -> shakeHands(first, address)).isInstanceOf(SSLException.class);
    }
  }

  private static void shows(TlsPort port, Channel channel) {
    channel.pipeline().addLast(port.tls().newHandler(channel.alloc()));
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void shakeHands(TestTls trusted, InetSocketAddress address) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            trusted
                .client()
                .getSocketFactory()
                .createSocket(address.getAddress(), address.getPort())) {
      socket.startHandshake();
    }
  }
}
