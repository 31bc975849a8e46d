package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More requests at once than the door serves. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OverloadIT {

  private static final String PODS = "GET /k8s/prod-eu/api/v1/namespaces/dev/pods";

  /** A quarter is left to others. */
  private static final int OF_ONE = OpenDoor.REQUESTS * 3 / 4;

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  private final List<RawConnection> open = new ArrayList<>();

  private void send(OpenDoor at, String line, String fields, String body) throws Exception {
    RawConnection connection = at.connect();
    open.add(connection);
    connection.send(RawConnection.request(line, fields, body));
  }

  /** Has the cluster keep all that one subject may ask at once. */
  private void occupy(OpenDoor at) throws Exception {
    at.answering = new CountDownLatch(1);
    for (int i = 0; i < OF_ONE; i++) {
      send(at, PODS, "", "");
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> at.seen.size() == OF_ONE);
  }

  private void answersOf(int status) throws Exception {
    for (RawConnection connection : open) {
      assertThat(connection.answer()).startsWith("HTTP/1.1 " + status + " ");
      connection.close();
    }
  }

  @Test
  void k8s40_saysToComeAgainWhenThereAreTooMany() throws Exception {
    occupy(door);
    try (RawConnection one = door.connect();
        RawConnection other = door.connect()) {
      for (RawConnection more : List.of(one, other)) {
        more.send(RawConnection.request(PODS, "", ""));
        assertThat(more.answer())
            .startsWith("HTTP/1.1 429 ")
            .contains("Retry-After: 1\r\n", "\"reason\":\"TooManyRequests\"")
            .contains("\"retryAfterSeconds\":1", "try again in a second");
      }
    } finally {
      door.answering.countDown();
    }

    answersOf(200);
    assertThat(door.seen).hasSize(OF_ONE);
    assertThat(door.journal.of(Event.SessionRefused.class)).hasSize(1);
  }

  @Test
  void kubectlComesAgainByItself() throws Exception {
    try (OpenDoor fresh = new OpenDoor()) {
      occupy(fresh);
      Process kubectl = fresh.start("get", "pods", "--namespace", "dev");
      try {
        // It gives up after ten answers like that, each a second after the other.
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> !fresh.journal.of(Event.SessionRefused.class).isEmpty());
      } finally {
        fresh.answering.countDown();
      }

      assertThat(OpenDoor.finish(kubectl).exit()).isZero();
      answersOf(200);
    }
  }

  @Test
  void whatWaitsForAHumanKeepsNobodyElse() throws Exception {
    for (int i = 0; i < 2 * OpenDoor.REQUESTS; i++) {
      send(
          door,
          "POST /k8s/prod-eu/api/v1/namespaces/held/configmaps",
          "Content-Type: application/json\r\n",
          "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c-%d\"}}"
              .formatted(i));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> door.journal.of(Event.ApprovalRequested.class).size() == open.size());

    try (RawConnection other = door.connect()) {
      other.send(RawConnection.request(PODS, "", ""));
      assertThat(other.answer()).startsWith("HTTP/1.1 200 ");
    }
    for (RawConnection connection : open) {
      connection.close();
    }
  }

  /** Ours: a session of which nothing came looks on the record like something to look into. */
  @Test
  void opensOneSessionForAllThatComeFirst() throws Exception {
    CountDownLatch together = new CountDownLatch(1);
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < OF_ONE; i++) {
        answers.add(
            clients.submit(
                () -> {
                  try (RawConnection connection = door.connect()) {
                    together.await();
                    connection.send(RawConnection.request(OpenDoor.PROMOTED, PODS, "", ""));
                    return connection.answer();
                  }
                }));
      }
      together.countDown();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).startsWith("HTTP/1.1 200 ");
      }
    }

    assertThat(door.journal.of(Event.SessionOpened.class)).hasSize(1);
    assertThat(door.journal.of(Event.SessionClosed.class)).isEmpty();
  }
}
