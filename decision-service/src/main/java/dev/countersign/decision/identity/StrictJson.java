package dev.countersign.decision.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON that two parsers could not understand in two ways: UTF-8 only, no member twice,
 * nothing behind the end, no deep nesting.
 */
final class StrictJson {

  private static final int MAX_DEPTH = 16;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Virtual threads come and go: buffers that a thread keeps are made for nothing.
                  .recyclerPool(JsonRecyclerPools.newBoundedPool(16))
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // The tokenizer's own error messages would quote the source.
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(40)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private StrictJson() {}

  static JsonNode object(byte[] utf8, String what) throws TokenRefused {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(utf8))
              .toString();
      JsonNode node = MAPPER.readTree(text);
      if (!node.isObject()) {
        throw new TokenRefused("the token's " + what + " is not a JSON object");
      }
      return node;
    } catch (CharacterCodingException | JsonProcessingException | NumberFormatException e) {
      // Without the cause: its message quotes the token.
      throw new TokenRefused("the token's " + what + " is not plain JSON");
    }
  }
}
