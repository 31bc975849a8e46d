package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/** Ours: what is in the way of a start is said with what is wrong with it. */
final class StartFailureTest {

  @Test
  void aFileThatMayNotBeReadOrIsNotThereIsSaidToBeSo() {
    assertThat(StartFailure.inWords(new AccessDeniedException("/state/masking.key")))
        .isEqualTo("/state/masking.key may not be read or written by the gateway's user");
    assertThat(
            StartFailure.inWords(
                new IOException("no certificate", new NoSuchFileException("/tls/door.crt"))))
        .isEqualTo("no certificate; /tls/door.crt is not there");
  }
}
