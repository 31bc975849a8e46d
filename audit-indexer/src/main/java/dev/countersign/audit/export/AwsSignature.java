package dev.countersign.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to S3 as AWS Signature Version 4 wants it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">Signature
 *     calculations for the Authorization header</a>
 */
final class AwsSignature {

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String accessKey;
  private final String secretKey;
  private final String region;

  AwsSignature(String accessKey, String secretKey, String region) {
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.region = region;
  }

  /**
   * The headers to send: those given, and the ones that sign them.
   *
   * @param uri its path is already encoded as it is sent; there is no query
   * @param payloadHash SHA-256 of the body in hex
   */
  Map<String, String> sign(
      String method, URI uri, Map<String, String> headers, String payloadHash, Instant now) {
    String time = TIME.format(now);
    String date = time.substring(0, 8);
    SortedMap<String, String> signed = new TreeMap<>();
    headers.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value.strip()));
    signed.put("host", uri.getRawAuthority());
    signed.put("x-amz-content-sha256", payloadHash);
    signed.put("x-amz-date", time);
    String names = String.join(";", signed.keySet());
    StringBuilder request = new StringBuilder();
    request.append(method).append('\n').append(uri.getRawPath()).append("\n\n");
    signed.forEach((name, value) -> request.append(name).append(':').append(value).append('\n'));
    request.append('\n').append(names).append('\n').append(payloadHash);
    String scope = date + "/" + region + "/s3/aws4_request";
    String text =
        ALGORITHM + "\n" + time + "\n" + scope + "\n" + sha256(request.toString().getBytes(UTF_8));
    String signature = HexFormat.of().formatHex(hmac(key(date), text));
    Map<String, String> all = new TreeMap<>(signed);
    all.remove("host"); // the client sends it
    all.put(
        "authorization",
        "%s Credential=%s/%s,SignedHeaders=%s,Signature=%s"
            .formatted(ALGORITHM, accessKey, scope, names, signature));
    return all;
  }

  private byte[] key(String date) {
    byte[] key = hmac(("AWS4" + secretKey).getBytes(UTF_8), date);
    return hmac(hmac(hmac(key, region), "s3"), "aws4_request");
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC with SHA-256", e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
