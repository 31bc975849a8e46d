package dev.countersign.decision.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.decision.resource.Secret;
import org.junit.jupiter.api.Test;

final class DatabaseConfigTest {

  private static final Secret PASSWORD = new Secret.Generated("canary-4712");

  @Test
  void gw45_doesNotTellThePassword() {
    assertThat(new DatabaseConfig("jdbc:postgresql://db/state", "gate", PASSWORD).toString())
        .contains("gate")
        .doesNotContain("canary-4712");
  }

  @Test
  void gw45_refusesAPasswordInTheUrl() {
    assertThatThrownBy(
            () -> new DatabaseConfig("jdbc:postgresql://db/state?password=x", "gate", PASSWORD))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesOtherDatabases() {
    assertThatThrownBy(() -> new DatabaseConfig("jdbc:h2:mem:", "gate", PASSWORD))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
