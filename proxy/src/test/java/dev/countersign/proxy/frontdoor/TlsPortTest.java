package dev.countersign.proxy.frontdoor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Ours: what would keep every client out is said at the start. */
final class TlsPortTest {

  private final InetSocketAddress anywhere =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private TlsPort port(Path certificate, Path key) throws IOException {
    return new TlsPort(anywhere, certificate, key, "http/1.1");
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsRefusedByName() throws Exception {
    TestTls one = TestTls.make();
    TestTls other = TestTls.make();

    assertThatThrownBy(() -> port(one.chain(), other.key()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(other.key() + " is not the key of the certificate " + one.chain());
    try (TlsPort good = port(one.chain(), one.key())) {
      assertThat(good.tls()).isNotNull();
    }
  }
}
