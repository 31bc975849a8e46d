package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
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
      byte[] fetch = PushBytes.body(PushBytes.line("command=ls-refs") + "0001", new byte[0]);
      for (byte[] body : List.of(push, fetch, PushBytes.body("", new byte[0]))) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
          out.write(body);
        }
        byte[] whole = packed.toByteArray();
        byte[] forged = whole.clone();
        forged[whole.length - 8] ^= 1;
        List<byte[]> bodies = List.of(new byte[0], body, forged, Arrays.copyOf(whole, 14));
        for (byte[] wrong : bodies) {
          if (wrong == forged && body == fetch) {
            // The command ends before it does, and nothing else is read.
            continue;
          }
          String path = body == fetch ? "/git-upload-pack" : "/git-receive-pack";
          String type = body == fetch ? PushBytes.FETCH : PushBytes.PUSH;

          assertThat(
                  OpenGitDoor.text(
                      door.post(
                          path,
                          wrong,
                          "Content-Type",
                          type,
                          "Content-Encoding",
                          "gzip",
                          "Git-Protocol",
                          "version=2")))
              .as("%s of %s", path, wrong.length)
              .containsAnyOf(
                  "blocked by policy GIT-ENCODING", "GIT-PROTOCOL", "GIT-PACK", "GIT-STALE")
              .doesNotContain("upstream");
        }
      }
    }
  }
}
