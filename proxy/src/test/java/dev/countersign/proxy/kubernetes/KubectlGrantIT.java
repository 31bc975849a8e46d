package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.kubernetes.OpenDoor.Printed;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stock kubectl with a grant for one command, or not let in. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KubectlGrantIT {

  private static GrantScope only(String text) {
    return new GrantScope(false, List.of(), List.of(), List.of(), Optional.of(text));
  }

  /** What is granted counts for the sessions that begin from now on. */
  private static void grant(OpenDoor door, GrantScope scope) throws Exception {
    for (Consumer<String> closer : door.admission.closers) {
      closer.accept("another grant");
    }
    door.admission.closers.clear();
    door.admission.grants(scope);
  }

  @Test
  void gw15_appliesOnceWhatTheGrantIsForAndNothingElse() throws Exception {
    try (OpenDoor door = new OpenDoor()) {
      String manifest = door.file(map("INFO"));
      String other = door.file(map("DEBUG"));
      grant(door, only("nothing that anybody asks for"));
      Printed refused = door.kubectl("apply", "--server-side", "-f", manifest);
      String text =
          door.journal.of(Event.CommandDecided.class).stream()
              .map(Event.CommandDecided::text)
              .filter(each -> each.startsWith("PATCH"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(refused.text()));

      grant(door, only(text));
      door.seen.clear();
      Printed another = door.kubectl("apply", "--server-side", "-f", other);
      assertThat(door.seen).noneMatch(seen -> seen.method().equals("PATCH"));
      Printed granted = door.kubectl("apply", "--server-side", "-f", manifest);
      Printed again = door.kubectl("apply", "--server-side", "-f", manifest);

      assertThat(refused.text()).contains("the grant is for one other command");
      assertThat(text).as("what can be asked for").doesNotContain("dryRun");
      assertThat(another.text()).contains("the grant is for one other command");
      assertThat(granted.text()).contains("configmap/level serverside-applied");
      assertThat(again.text()).contains("the grant was for one command, which has run");
      grant(door, GrantScope.ALL);
      assertThat(door.kubectl("get", "cm", "level", "-o", "jsonpath={.data.LEVEL}").text())
          .isEqualTo("INFO");
    }
  }

  /** GW-43, at this door: an outage is no lack of rights, and clients may come again. */
  @Test
  void gw43_whoIsNotLetInBecauseTheDatabaseIsAwayIsToldSo() throws Exception {
    try (OpenDoor door = new OpenDoor()) {
      door.admission.refuses(NotAdmittedException.databaseAway());

      Printed printed = door.kubectl("-n", "dev", "get", "pods");

      assertThat(printed.exit()).isNotZero();
      // Of a 503 to its first question, what the server has, kubectl shows no words.
      assertThat(printed.text()).contains("Error from server (ServiceUnavailable)");
      try (RawConnection connection = door.connect()) {
        connection.send(
            RawConnection.request("GET /k8s/prod-eu/api/v1/namespaces/dev/pods", "", ""));
        assertThat(connection.answer())
            .startsWith("HTTP/1.1 503 ")
            .contains("\"kind\":\"Status\"", "the gateway's own database does not answer")
            .contains("Try again in a moment");
      }
      assertThat(door.seen).isEmpty();
    }
  }

  private static String map(String level) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: level}
    data: {LEVEL: %s}
    """
        .formatted(level);
  }
}
