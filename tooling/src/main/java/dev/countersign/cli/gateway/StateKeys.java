package dev.countersign.cli.gateway;

import dev.countersign.audit.journal.JournalReader;
import dev.countersign.cli.configuration.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that a gateway makes for itself at its first start, in its state directory. Where there is a
 * journal already, one that is not there was lost: it is made anew, as then, but somebody has to
 * know.
 */
final class StateKeys {

  private static final Logger log = LoggerFactory.getLogger(StateKeys.class);

  /** Digests what is masked by hashing. */
  static final String MASKING = "masking.key";

  /** Signs answers to approvals. */
  static final String ANSWERS = "answers.key";

  /** Opens what of the journal this machine may read without its owner. */
  static final String JOURNAL = "journal-local.key";

  private StateKeys() {}

  /** Names those that were lost, before they are made anew. */
  static void tellOfLost(Configuration configuration) {
    if (JournalReader.journalId(configuration.journalDirectory()).isEmpty()) {
      return;
    }
    Path state = configuration.state().directory();
    tell(
        SigningKeys.file(configuration),
        "auditors take what it signs for a stranger's; give out its public half by hand");
    tell(state.resolve(MASKING), "hashed values are not equal to earlier ones");
    tell(state.resolve(ANSWERS), "answers to approvals bear another key");
    if (Files.isDirectory(configuration.journalDirectory().resolve("readable"))) {
      tell(state.resolve(JOURNAL), "only the owner can read what was recorded before");
    }
  }

  private static void tell(Path key, String means) {
    if (Files.notExists(key)) {
      log.atWarn()
          .addKeyValue("key", key)
          .addKeyValue("means", means)
          .log(
              "a key was lost and is made anew: stop the gateway and put the old one back if there"
                  + " is one");
    }
  }
}
