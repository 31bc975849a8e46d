package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks for values that no client may receive, in the disguises that SQL can give them. */
final class Canaries {

  private static final int LEAST = 5;

  private final List<String> disguised = new ArrayList<>();

  Canaries(List<String> canaries) {
    for (String canary : canaries) {
      String plain = canary.toLowerCase(Locale.ROOT);
      disguised.add(plain);
      disguised.add(new StringBuilder(plain).reverse().toString());
      for (String form : List.of(canary, canary.toUpperCase(Locale.ROOT))) {
        disguised.add(HexFormat.of().formatHex(form.getBytes(UTF_8)));
        disguised.addAll(base64(form.getBytes(UTF_8)));
      }
    }
  }

  /** The whole groups of a value's Base64, however many bytes stand before it. */
  private static List<String> base64(byte[] value) {
    List<String> forms = new ArrayList<>();
    for (int offset = 0; offset < 3; offset++) {
      int length = (value.length - offset) / 3 * 3;
      if (length >= LEAST) {
        byte[] part = Arrays.copyOfRange(value, offset, offset + length);
        forms.add(Base64.getEncoder().encodeToString(part).toLowerCase(Locale.ROOT));
      }
    }
    return forms;
  }

  /** The first one that is in these bytes, one char a byte. */
  Optional<String> in(String received) {
    String lower = received.toLowerCase(Locale.ROOT);
    // UTF-16 and the like put zeros between.
    String dense = lower.replace("\0", "");
    return disguised.stream()
        .filter(form -> lower.contains(form) || dense.contains(form))
        .findFirst();
  }

  Optional<String> in(byte[] received) {
    return in(new String(received, ISO_8859_1));
  }
}
