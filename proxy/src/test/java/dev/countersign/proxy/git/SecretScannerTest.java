package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.countersign.proxy.mask.SecretScanner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretScannerTest {

  /** Put together, so that this file holds none itself. */
  private static final String KEY = "AKIA" + "Q3EGX7ZPLMNB2VWY";

  @Test
  void findsKeysAndSaysWhere() {
    List<Integer> at = new ArrayList<>();
    SecretScanner.scan("a\nkey = " + KEY + "\n", (name, position) -> at.add(position));

    assertThat(at).containsExactly(8);
    assertThat(SecretScanner.redact("key " + KEY)).isEqualTo("key «aws-access-key»");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIAQ3EGX7ZPLMNB2VW",
        "xAKIAQ3EGX7ZPLMNB2VWY",
        "password = \"aaaaaaaaaaaaaaaaaaaaaaaa\"",
        "https://user:${TOKEN}@host/",
        "-----BEGIN PUBLIC KEY-----",
        "function ghp_(x)"
      })
  void leavesAloneWhatIsNone(String text) {
    assertThat(SecretScanner.detectors(text)).isEmpty();
  }

  /** Ours: what agents themselves sign in with, and what they are given. */
  @ParameterizedTest
  @CsvSource({
    "anthropic-key, sk-ant-, api03-",
    "openai-key, sk-proj-, ''",
    "huggingface-token, hf_, ''",
    "gitlab-token, glrt-, ''",
    "vault-token, hvs., ''",
    "docker-token, dckr_, pat_",
    "npm-token, //packages.example/:_authToken, =",
    "pypi-token, pypi-, AgEIcHlwaS5vcmc",
  })
  void git23_findsKeysByHowTheyBegin(String name, String begin, String next) {
    String letters = "q7Wm2Kx9Zt4Rv8Lp3Nc6Yb1Hd5Fg0JsTuAE".substring(0, 34);
    // Not in one piece, or nobody could push this file.
    String key = begin + next + letters + (name.equals("huggingface-token") ? "" : letters);

    assertThat(SecretScanner.detectors("key: " + key + "\n")).containsExactly(name);
    assertThat(SecretScanner.detectors(begin + next + " is how it begins")).isEmpty();
  }

  @Test
  void git24_findsWhatIsWrittenInAnotherWay() throws IOException {
    byte[] plain = ("key = " + KEY + "\n").getBytes(StandardCharsets.UTF_8);
    assertThat(found(plain)).contains("aws-access-key");
    assertThat(found(Base64.getEncoder().encode(plain))).contains("aws-access-key");
    assertThat(found(Base64.getMimeEncoder(20, new byte[] {'\n'}).encode(plain)))
        .contains("aws-access-key");
    assertThat(found(HexFormat.of().formatHex(plain).getBytes(StandardCharsets.US_ASCII)))
        .contains("aws-access-key");
    assertThat(found(new String(plain, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE)))
        .contains("aws-access-key");
    assertThat(found(new String(plain, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16BE)))
        .contains("aws-access-key");
    assertThat(found(gzip(plain))).contains("aws-access-key");
    assertThat(found(Base64.getEncoder().encode(gzip(plain)))).contains("aws-access-key");
    assertThat(
            found(
                ("k = \"" + KEY.substring(0, 6) + "\" +\n  \"" + KEY.substring(6) + "\"")
                    .getBytes(StandardCharsets.UTF_8)))
        .contains("aws-access-key");
  }

  /** Ours: text of two bytes a letter that is mostly not Latin, or begins in the middle. */
  @Test
  void git24_findsWhatIsWideWhateverStandsAroundIt() {
    for (Charset wide :
        List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
      assertThat(found(("密码".repeat(4_000) + KEY + "密码").getBytes(wide)))
          .as(wide.name())
          .contains("aws-access-key");
    }
    assertThat(found(("key " + KEY).getBytes(Charset.forName("UTF-32"))))
        .contains("aws-access-key");
    byte[] inside = (" ".repeat(4_097) + "key\n").getBytes(StandardCharsets.US_ASCII);
    byte[] wide = (KEY + "\n").getBytes(StandardCharsets.UTF_16LE);
    byte[] all = Arrays.copyOf(inside, inside.length + wide.length);
    System.arraycopy(wide, 0, all, inside.length, wide.length);
    assertThat(found(all)).contains("aws-access-key");
  }

  /** Ours: gunzip prints what it has read of these, and says that something is wrong. */
  @Test
  void git24_findsWhatIsPackedThoughItsEndIsWrong() throws IOException {
    byte[] whole = gzip(("key = " + KEY + "\n").repeat(10).getBytes(StandardCharsets.UTF_8));
    byte[] forged = whole.clone();
    forged[whole.length - 6] ^= 1;
    byte[] followed = Arrays.copyOf(whole, whole.length + 40);

    for (byte[] packed : List.of(forged, followed, Arrays.copyOf(whole, whole.length - 9))) {
      assertThat(found(packed)).contains("aws-access-key");
      assertThat(found(Base64.getEncoder().encode(packed))).contains("aws-access-key");
    }
  }

  @Test
  void git24_findsDigitsThatAreSaidToBeHexadecimal() {
    String digits = HexFormat.of().formatHex(("key=" + KEY).getBytes(StandardCharsets.US_ASCII));

    assertThat(
            found(("INSERT INTO k VALUES (0x" + digits + ")").getBytes(StandardCharsets.US_ASCII)))
        .contains("aws-access-key");
  }

  /** Whatever stands around it, and wherever it begins. */
  @Test
  void git24_findsWhatIsEncodedAtEveryPlace() {
    String encoded =
        Base64.getEncoder().encodeToString(("key=" + KEY).getBytes(StandardCharsets.UTF_8));
    String lines = encoded.substring(0, 12) + "\n  " + encoded.substring(12);
    for (int before = 0; before < 40; before++) {
      for (String filling : List.of(".", "ab.", "abcdefg ", "longerWord ", "\n")) {
        String begin = filling.repeat(before);
        for (String end : List.of("", ".", "\n", " x", " \n?")) {
          assertThat(found((begin + encoded + end).getBytes(StandardCharsets.UTF_8)))
              .as("%s…%s", begin, end)
              .contains("aws-access-key");
          assertThat(found((begin + lines + end).getBytes(StandardCharsets.UTF_8)))
              .as("%s…%s in lines", begin, end)
              .contains("aws-access-key");
        }
      }
    }
  }

  /** Ours: in addresses, names and literals other letters stand right before it. */
  @Test
  void git24_findsWhatIsEncodedBehindOtherLetters() {
    byte[] plain = ("key=" + KEY + " or not").getBytes(StandardCharsets.US_ASCII);
    String base64 = Base64.getEncoder().encodeToString(plain);
    String digits = HexFormat.of().formatHex(plain);
    for (String before : List.of("\\n", "/k/", "id-", "v1_", "key_", "h")) {
      for (String encoded : List.of(base64, digits)) {
        assertThat(found((before + encoded).getBytes(StandardCharsets.US_ASCII)))
            .as(before + encoded)
            .contains("aws-access-key");
      }
    }
    String literal = base64.substring(0, 13) + "\\n" + base64.substring(13, 26) + "\\n";
    assertThat(found(("\"" + literal + base64.substring(26)).getBytes(StandardCharsets.US_ASCII)))
        .contains("aws-access-key");
  }

  /** Ours: lines are counted for what is told, and not for each of very many. */
  @Test
  void git20_readsAFileOfNothingButKeysInTime() {
    byte[] keys = ("key\n" + KEY + "\n").repeat(200_000).getBytes(StandardCharsets.US_ASCII);
    BlobScan scan = new BlobScan();

    BlobScan.Scanned scanned =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> {
              scan.update(keys, 0, keys.length);
              return scan.end();
            });

    assertThat(scanned.hits()).containsExactly(Map.entry("aws-access-key", 2));
  }

  private static List<String> found(byte[] bytes) {
    String plain = Writings.plain(bytes, bytes.length);
    List<String> found = new ArrayList<>(SecretScanner.detectors(plain));
    Writings.others(bytes, bytes.length, plain)
        .forEach(text -> found.addAll(SecretScanner.detectors(text)));
    return found;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
