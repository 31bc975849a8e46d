package dev.countersign.audit.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The legal holds on a journal, a file each in its folder {@code holds}. One that cannot be read
 * holds everything.
 */
public final class Holds {

  private static final String END = ".json";
  private static final long LONGEST = 64 << 10;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path folder;

  public Holds(Path journal) {
    folder = journal.resolve("holds");
  }

  /**
   * All there are, by name.
   *
   * @throws IOException if one cannot be read: then nobody knows what it holds
   */
  public List<Hold> all() throws IOException {
    List<Path> files;
    try (Stream<Path> there = Files.list(folder)) {
      files = there.filter(file -> file.toString().endsWith(END)).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<Hold> holds = new ArrayList<>();
    for (Path file : files) {
      holds.add(read(file));
    }
    return holds;
  }

  private static Hold read(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new IOException(file + " is too long for a hold");
    }
    try {
      return JSON.readValue(Files.readAllBytes(file), Hold.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is no hold; put it right, or release it and place it again", e);
    }
  }

  /**
   * Places one.
   *
   * @throws FileAlreadyExistsException if there is one of that name
   */
  public void place(Hold hold) throws IOException {
    Files.createDirectories(folder);
    Files.write(file(hold.name()), JSON.writeValueAsBytes(hold), StandardOpenOption.CREATE_NEW);
  }

  /** Whether there is one of that name. */
  public boolean has(String name) {
    return Files.exists(file(name));
  }

  /** Takes one away; it may be one that cannot be read. */
  public void release(String name) throws IOException {
    Files.delete(file(name));
  }

  private Path file(String name) {
    if (!name.matches("[a-z0-9][a-z0-9._-]{0,62}")) {
      throw new IllegalArgumentException("no hold is named " + name);
    }
    return folder.resolve(name + END);
  }
}
