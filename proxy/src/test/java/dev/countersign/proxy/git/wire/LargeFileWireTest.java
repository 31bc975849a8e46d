package dev.countersign.proxy.git.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LargeFileWireTest {

  private static final String ID =
      "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";

  @Test
  void readsABatchAndWritesNoMoreThanItRead() throws GitWireException {
    LargeFileBatch batch =
        LargeFileBatch.read(
            bytes(
                """
                {"operation": "download", "transfers": ["tus", "basic"], "ref": {"name": "refs/heads/x"},
                 "objects": [{"oid": "%s", "size": 12, "authenticated": true}], "extra": 1}
                """
                    .formatted(ID)));

    assertThat(batch)
        .isEqualTo(
            new LargeFileBatch(
                LargeFileBatch.Operation.DOWNLOAD,
                Optional.of("refs/heads/x"),
                List.of(new LargeFileName(ID, 12))));
    assertThat(LargeFileBatch.read(batch.write())).isEqualTo(batch);
    assertThat(new String(batch.write(), StandardCharsets.UTF_8))
        .doesNotContain("extra")
        .doesNotContain("tus");
  }

  @Test
  void readsPlaces() throws GitWireException {
    LargeFilePlaces places =
        LargeFilePlaces.read(
            bytes(
                """
                {"transfer": "basic", "objects": [
                  {"oid": "%s", "size": 1, "actions": {"upload": {"href": "https://s3.example/x?sig=1",
                    "header": {"Key": "value"}, "expires_in": 60}}},
                  {"oid": "%s", "size": 2},
                  {"oid": "%s", "size": 3, "error": {"code": 404, "message": "gone\\u001b[31m"}}]}
                """
                    .formatted(ID, ID, ID)),
            LargeFileBatch.Operation.UPLOAD);

    assertThat(places.entries().get(0)).isInstanceOf(LargeFilePlaces.Open.class);
    assertThat(places.entries().get(0).toString()).doesNotContain("sig=1").doesNotContain("value");
    assertThat(places.entries().get(1)).isInstanceOf(LargeFilePlaces.There.class);
    assertThat(((LargeFilePlaces.Failed) places.entries().get(2)).message())
        .startsWith("gone")
        .doesNotContain("\u001b");
  }

  @Test
  void git31_refusesDeepAndLongJson() {
    assertThatThrownBy(() -> LargeFileBatch.read(bytes("{\"a\":" + "[".repeat(5_000))))
        .isInstanceOf(GitWireException.class);
    assertThatThrownBy(
            () -> LargeFileBatch.read(bytes("{\"operation\":\"" + "x".repeat(100_000) + "\"}")))
        .isInstanceOf(GitWireException.class);
  }

  @Test
  void git32_refusesPathsThatAreNone() {
    for (String path : List.of("", "/etc/passwd", "a\\nb", "a\\u001bb")) {
      assertThatThrownBy(() -> LargeFileLock.Wanted.read(bytes("{\"path\":\"" + path + "\"}")))
          .isInstanceOf(GitWireException.class);
    }
  }

  @Test
  void refusesRandomBytes() {
    Random random = new Random(11);
    byte[] valid =
        bytes("{\"operation\":\"upload\",\"objects\":[{\"oid\":\"" + ID + "\",\"size\":1}]}");
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = valid.clone();
      for (int change = 0; change < 4; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(LargeFileBatch.read(bytes).files()).isNotEmpty();
      } catch (GitWireException e) {
        assertThat(e).hasMessageNotContaining("jackson");
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
