package dev.countersign.decision.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RenewedTest {

  @TempDir Path directory;
  private Path file;
  private final List<String> replaced = new ArrayList<>();
  private int made;
  private Renewed<String> renewed;

  @BeforeEach
  void make() {
    file = directory.resolve("file");
    renewed = new Renewed<>(List.of(file), this::read, replaced::add);
  }

  private String read() throws IOException {
    made++;
    String text = Files.readString(file);
    if (text.startsWith("bad")) {
      throw new IOException("no good");
    }
    return text;
  }

  @Test
  void isMadeOnceWhileTheFileStaysAsItIs() throws Exception {
    Files.writeString(file, "one");

    assertThat(renewed.current()).isEqualTo("one");
    assertThat(renewed.current()).isEqualTo("one");
    assertThat(made).isEqualTo(1);
    assertThat(replaced).isEmpty();
  }

  @Test
  void isMadeAnewOfWhatTakesTheFilesPlace() throws Exception {
    Files.writeString(file, "one");
    renewed.current();
    Path next = Files.writeString(directory.resolve("next"), "two");
    // As a renewal does that nobody can see half done; size and even time may be those of before.
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

    assertThat(renewed.current()).isEqualTo("two");
    assertThat(replaced).containsExactly("one");
    assertThat(renewed.last()).contains("two");
  }

  @Test
  void staysWhatItWasWhileTheFileIsNoGood() throws Exception {
    Files.writeString(file, "one");
    renewed.current();

    Files.writeString(file, "bad half");
    assertThat(renewed.current()).isEqualTo("one");
    assertThat(renewed.current()).isEqualTo("one");
    assertThat(made).as("how often it was tried").isEqualTo(2);

    Files.delete(file);
    assertThat(renewed.current()).isEqualTo("one");

    Files.writeString(file, "three");
    assertThat(renewed.current()).isEqualTo("three");
    assertThat(replaced).containsExactly("one");
  }

  @Test
  void isNothingWhereTheFileWasNeverGood() throws Exception {
    assertThatThrownBy(renewed::current).isInstanceOf(IOException.class);
    assertThat(renewed.last()).isEmpty();

    Files.writeString(file, "one");
    assertThat(renewed.current()).isEqualTo("one");
  }
}
