package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients pack, and do it wrong. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PackedBodiesIT {

  private static final String ZERO = "0".repeat(40);

  /** Ours: nothing, no gzip, and gzip that breaks off or goes wrong, in every kind of body. */
  @Test
  void git16_refusesInWordsWhatIsNoGzip() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      String main = door.upstream("refs/heads/main");
      byte[] push =
          PushBytes.body(
              PushBytes.line(main + " " + ZERO + " refs/heads/agent/z\0 report-status"),
              new byte[0]);
      byte[] probe = PushBytes.body("", new byte[0]);
      byte[] fetch = PushBytes.body(PushBytes.line("command=ls-refs") + "0001", new byte[0]);

      for (byte[] body : List.of(push, probe)) {
        byte[] forged = packed(body);
        forged[forged.length - 8] ^= 1;
        refuses(door, "/git-receive-pack", PushBytes.PUSH, forged);
        refuses(door, "/git-receive-pack", PushBytes.PUSH, cut(body));
        refuses(door, "/git-receive-pack", PushBytes.PUSH, body);
      }
      refuses(door, "/git-receive-pack", PushBytes.PUSH, new byte[0]);
      refuses(door, "/git-upload-pack", PushBytes.FETCH, cut(fetch));
      refuses(door, "/git-upload-pack", PushBytes.FETCH, fetch);
      refuses(door, "/git-upload-pack", PushBytes.FETCH, new byte[0]);
    }
  }

  private static byte[] packed(byte[] body) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(body);
    }
    return packed.toByteArray();
  }

  private static byte[] cut(byte[] body) throws IOException {
    return Arrays.copyOf(packed(body), 14);
  }

  private static void refuses(OpenGitDoor door, String path, String type, byte[] body)
      throws Exception {
    assertThat(
            OpenGitDoor.text(
                door.post(
                    path,
                    body,
                    "Content-Type",
                    type,
                    "Content-Encoding",
                    "gzip",
                    "Git-Protocol",
                    "version=2")))
        .as("%s of %s", path, body.length)
        .containsAnyOf("blocked by policy GIT-ENCODING", "GIT-PROTOCOL", "GIT-PACK", "GIT-STALE")
        .doesNotContain("upstream");
  }
}
