package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Ours: a key that is made anew beside an old journal is no first start. */
final class StateKeysTest {

  @TempDir Path directory;

  private Configuration configuration() throws IOException {
    for (String file : List.of("policy.xlsx", "door.crt", "door.key", "db.password")) {
      Files.writeString(directory.resolve(file), "");
    }
    Path file =
        Files.writeString(
            directory.resolve("countersign.yaml"),
            """
            doors:
              postgres: {listen: "127.0.0.1:0", certificate: door.crt, key: door.key}
            api: {publicUrl: "http://127.0.0.1:8642"}
            identity:
              issuers: [{issuer: "http://127.0.0.1:9", audience: countersign}]
            resources:
              - name: orders
                kind: postgres
                postgres: {host: 127.0.0.1, database: a, user: b, password: {file: db.password}}
            policy: {workbook: policy.xlsx}
            """);
    return ConfigurationFile.open(file);
  }

  private List<String> told(Configuration configuration) {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(StateKeys.class);
    logged.start();
    log.addAppender(logged);
    try {
      StateKeys.tellOfLost(configuration);
    } finally {
      log.detachAppender(logged);
    }
    return logged.list.stream().map(event -> String.valueOf(event.getKeyValuePairs())).toList();
  }

  @Test
  void keysThatAreNotThereBesideAJournalAreTold() throws Exception {
    Configuration configuration = configuration();
    Files.createDirectories(configuration.journalDirectory());
    assertThat(told(configuration)).isEmpty();
    SegmentedJournal.open(JournalConfig.at(configuration.journalDirectory())).close();
    Files.writeString(configuration.state().directory().resolve("answers.key"), "there");

    assertThat(told(configuration))
        .satisfiesExactly(
            signing -> assertThat(signing).contains("checkpoint-signing.pem", "auditors"),
            masking -> assertThat(masking).contains("masking.key", "hashed values"));
    Files.createDirectories(configuration.journalDirectory().resolve("readable"));
    assertThat(told(configuration)).last().asString().contains("journal-local.key", "owner");
  }
}
