package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.net.ConnectException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ours: the log is one line an event, also when what is around the gateway is down. */
final class FailureInWordsTest {

  private final LoggerContext logs = new LoggerContext();
  private final FailureInWords words = new FailureInWords();

  @AfterEach
  void stop() {
    logs.stop();
  }

  private String said(Level level, Throwable failure) {
    words.start();
    return words.convert(
        new LoggingEvent("here", logs.getLogger("here"), level, "it failed", failure, null));
  }

  @Test
  void aDatabaseThatIsDownIsOneLineAndEachCauseOnce() {
    Exception refused = new ConnectException("Connection refused");
    Exception pool = new SQLTransientConnectionException("timed out", refused);

    String said = said(Level.ERROR, new IllegalStateException(pool.toString(), pool));

    assertThat(said)
        .isEqualTo(
            " cause=\"SQLTransientConnectionException: timed out;"
                + " ConnectException: Connection refused\"");
  }

  @Test
  void whatAMessageHoldsBeginsNoLine() {
    assertThat(said(Level.WARN, new IllegalStateException("a\r\n2026 INFO all is well")))
        .isEqualTo(" cause=\"IllegalStateException: a 2026 INFO all is well\"");
  }

  @Test
  void aFaultOfTheGatewayItselfKeepsItsStack() {
    assertThat(said(Level.ERROR, new IllegalStateException("a bug")))
        .startsWith(System.lineSeparator() + "java.lang.IllegalStateException: a bug")
        .contains("at " + FailureInWordsTest.class.getName());
  }

  @Test
  void withoutAnExceptionThereIsNothing() {
    assertThat(words.convert(new LoggingEvent())).isEmpty();
  }
}
