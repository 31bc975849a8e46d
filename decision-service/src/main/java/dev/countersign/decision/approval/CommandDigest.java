package dev.countersign.decision.approval;

import dev.countersign.rules.fact.Subject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The digest of a frozen command: SHA-256 over a form in which no two different commands are the
 * same bytes.
 *
 * <p>The form, integers being four bytes, big-endian:
 *
 * <pre>
 * command    = text("countersign frozen command 2") text(resource) text(policyVersion)
 *              subject text(statement) int(number of parameters) parameter*
 * subject    = text(issuer) text(id) text(name) text(kind) int(number of groups)
 *              text(group)* in ascending order, optional(onBehalfOf),
 *              int(length of the delegation chain) text(link)* as it stands
 * parameter  = int(typeOid) int(format) optional(value)
 * optional   = byte(0) | byte(1) text
 * text       = int(length of the UTF-8 bytes) the UTF-8 bytes
 * </pre>
 */
final class CommandDigest {

  private static final String FORM = "countersign frozen command 2";

  private final DataOutputStream out;

  private CommandDigest(DataOutputStream out) {
    this.out = out;
  }

  /**
   * The digest in hex.
   *
   * @throws IllegalArgumentException if a text is not Unicode: two such texts could have one form
   */
  static String of(FrozenCommand command) {
    var form = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(form)) {
      new CommandDigest(out).write(command);
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(form.toByteArray()));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the command is not Unicode text", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void write(FrozenCommand command) throws IOException {
    text(FORM);
    text(command.resource());
    text(command.policyVersion());
    subject(command.subject());
    text(command.text());
    out.writeInt(command.parameters().size());
    for (FrozenCommand.Parameter parameter : command.parameters()) {
      out.writeInt(parameter.typeOid());
      out.writeInt(parameter.format());
      optional(parameter.value());
    }
  }

  private void subject(Subject subject) throws IOException {
    text(subject.issuer());
    text(subject.id());
    text(subject.name());
    text(subject.kind().name());
    List<String> groups = subject.groups().stream().sorted().toList();
    out.writeInt(groups.size());
    for (String group : groups) {
      text(group);
    }
    optional(subject.onBehalfOf());
    out.writeInt(subject.delegation().size());
    for (String link : subject.delegation()) {
      text(link);
    }
  }

  private void optional(Optional<String> value) throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      text(value.get());
    }
  }

  private void text(String text) throws IOException {
    ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    out.writeInt(utf8.remaining());
    out.write(utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining());
  }
}
