package dev.countersign.proxy.kubernetes.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.frontdoor.TestTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ApiServerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final UpstreamRequest REQUEST =
      new UpstreamRequest("GET", "/version", HttpFields.of("Accept", "*/*"), new byte[0], PATIENCE);

  /**
   * Ours: requests that come faster than they are answered would each make a connection, and the
   * handshakes would make all of them slower still.
   */
  @Test
  void gw39_aBurstOfRequestsMakesFewConnectionsAtOnce() throws Exception {
    TestTls tls = TestTls.make();
    try (OneHandshake remote = new OneHandshake(tls);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        ApiServer server =
            new ApiServer(
                new ServerAddress("localhost", remote.port(), tls.client(), any -> {}), PATIENCE)) {
      Future<Integer> first = clients.submit(() -> status(server));
      remote.heard.acquire();
      List<Future<Integer>> shaking = new ArrayList<>();
      for (int i = 0; i < ConnectionPool.MADE_AT_ONCE; i++) {
        shaking.add(clients.submit(() -> status(server)));
      }
      remote.ignored.acquire(ConnectionPool.MADE_AT_ONCE);
      List<Future<Integer>> others = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        others.add(clients.submit(() -> status(server)));
      }
      remote.answering.countDown();

      assertThat(first.get()).isEqualTo(200);
      for (Future<Integer> each : others) {
        assertThat(each.get()).as("on the connection that has come back").isEqualTo(200);
      }
      assertThat(shaking).noneMatch(Future::isDone);
      assertThat(remote.ignored.availablePermits()).isZero();
    }
  }

  private static int status(ApiServer server) throws IOException {
    try (UpstreamResponse answer = server.send(REQUEST)) {
      answer.body().readAllBytes();
      return answer.status();
    }
  }

  /** A server that shakes hands with the first who comes, and with nobody else. */
  private static final class OneHandshake implements AutoCloseable {

    final Semaphore heard = new Semaphore(0);
    final CountDownLatch answering = new CountDownLatch(1);
    final Semaphore ignored = new Semaphore(0);

    private final TestTls tls;
    private final ServerSocket listening;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    OneHandshake(TestTls tls) throws IOException {
      this.tls = tls;
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return listening.getLocalPort();
    }

    private void accept() {
      try {
        Socket first = listening.accept();
        sockets.add(first);
        Thread.ofVirtual().start(() -> answer(first));
        while (true) {
          sockets.add(listening.accept());
          ignored.release();
        }
      } catch (IOException closed) {
        answering.countDown();
      }
    }

    private void answer(Socket plain) {
      try (Socket socket = tls.server().getSocketFactory().createSocket(plain, null, true)) {
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          if (line.isEmpty()) {
            heard.release();
            answering.await();
            socket
                .getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
          }
        }
      } catch (IOException | InterruptedException e) {
        heard.release();
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
