package dev.countersign.proxy.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives a reader all inputs of a corpus and then mutants of them, fifty thousand in all or, by
 * {@code -Dcountersign.fuzz=PT2H}, for as long as it is told. An input on which the reader does
 * something new is mutated further. The corpus is a file of ours, a line for each input; what fails
 * belongs into it, and the failure says how.
 *
 * <p>Their number and the seed are fixed, so that what is built twice is built alike; a run that is
 * told its time has a new one each time. Either way the failure tells it, for {@code
 * -Dcountersign.fuzz.seed}.
 */
public final class Fuzzer {

  private static final String TIME = System.getProperty("countersign.fuzz", "");
  private static final long MUTANTS = 50_000;
  private static final long SEED =
      Long.getLong("countersign.fuzz.seed", TIME.isEmpty() ? 20_261_127 : System.nanoTime());

  /** An input that takes longer than this of a processor's time is a finding. */
  private static final Duration SLOW = Duration.ofSeconds(2);

  /** Nothing is as slow as this, however busy the machine is. */
  private static final Duration HANGS = Duration.ofMinutes(2);

  private static final int KEPT = 4_000;
  private static final int KEPT_LENGTH = 1_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Reads an input, and fails if anything but what it declares comes of it. */
  @FunctionalInterface
  public interface Reader {

    /** What became of the input, in a few words: the same words for the same sort of thing. */
    String read(byte[] input) throws Exception;
  }

  /** How inputs are written in a corpus. */
  public interface Notation {
    byte[] read(String line);

    String write(byte[] input);
  }

  /** What is being read. */
  @SuppressWarnings("ArrayRecordComponent") // Compared never.
  private record Turn(byte[] input, long since) {}

  private final List<byte[]> corpus;
  private final List<byte[]> words;
  private final Mutator.Shape shape;
  private final Notation notation;
  private final String file;
  private final long memory;
  private volatile Turn turn = new Turn(new byte[0], System.nanoTime());

  private Fuzzer(
      List<byte[]> corpus,
      List<byte[]> words,
      Mutator.Shape shape,
      Notation notation,
      String file,
      long memory) {
    this.corpus = corpus;
    this.words = words;
    this.shape = shape;
    this.notation = notation;
    this.file = file;
    this.memory = memory;
  }

  /**
   * For texts.
   *
   * @param of beside whose class the corpus is kept, where lines that begin with # are comments
   * @param memory how many bytes reading one may take
   */
  public static Fuzzer ofTexts(
      Class<?> of, String file, Notation notation, List<String> words, long memory)
      throws IOException {
    return of(of, file, notation, words, Mutator.Shape.TEXT, memory);
  }

  /** For packets that begin with their length. */
  public static Fuzzer ofPackets(
      Class<?> of, String file, Notation notation, List<String> words, long memory)
      throws IOException {
    return of(of, file, notation, words, Mutator.Shape.LENGTH_FIRST, memory);
  }

  /** For messages that begin with their type and their length. */
  public static Fuzzer ofMessages(
      Class<?> of, String file, Notation notation, List<String> words, long memory)
      throws IOException {
    return of(of, file, notation, words, Mutator.Shape.TYPE_FIRST, memory);
  }

  private static Fuzzer of(
      Class<?> of,
      String file,
      Notation notation,
      List<String> words,
      Mutator.Shape shape,
      long memory)
      throws IOException {
    return new Fuzzer(
        lines(of, file).stream().map(notation::read).toList(),
        words.stream().map(notation::read).toList(),
        shape,
        notation,
        file,
        memory);
  }

  private static List<String> lines(Class<?> of, String file) throws IOException {
    try (InputStream in = of.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException(file + " is not there");
      }
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  /** With more inputs, kept elsewhere. */
  public Fuzzer with(List<String> lines) {
    List<byte[]> more = new ArrayList<>(corpus);
    lines.forEach(line -> more.add(notation.read(line)));
    return new Fuzzer(more, words, shape, notation, file, memory);
  }

  /** Fails with the first input that the reader fails on; answers how many it has read. */
  public long run(Reader reader) throws InterruptedException {
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<Long> running = executor.submit(() -> readAll(reader));
      while (true) {
        try {
          return running.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException waiting) {
          Turn current = turn;
          if (System.nanoTime() - current.since() > HANGS.toNanos()) {
            executor.shutdownNow();
            throw finding(current.input(), new AssertionError("it never ends"));
          }
        } catch (ExecutionException failed) {
          throw failed.getCause() instanceof AssertionError finding
              ? finding
              : new AssertionError(failed.getCause());
        }
      }
    }
  }

  private long readAll(Reader reader) {
    long begin = System.nanoTime();
    Random random = new Random(SEED);
    Mutator mutator = new Mutator(random, shape, words);
    List<byte[]> inputs = new ArrayList<>(corpus);
    Set<String> seen = new HashSet<>();
    for (byte[] input : corpus) {
      seen.add(read(reader, input));
    }
    long count = corpus.size();
    while (goesOn(count, System.nanoTime() - begin)) {
      byte[] mutant =
          mutator.mutant(
              inputs.get(random.nextInt(inputs.size())), inputs.get(random.nextInt(inputs.size())));
      if (seen.add(read(reader, mutant)) && inputs.size() < KEPT && mutant.length < KEPT_LENGTH) {
        inputs.add(mutant);
      }
      count++;
    }
    return count;
  }

  private static boolean goesOn(long count, long nanos) {
    return TIME.isEmpty() ? count < MUTANTS : nanos < Duration.parse(TIME).toNanos();
  }

  private String read(Reader reader, byte[] input) {
    Cost cost = cost(reader, input);
    if (cost.isTooMuch(memory)) {
      // Classes are loaded and code is compiled once, and that is not the input's doing.
      cost = cost(reader, input);
    }
    if (cost.isTooMuch(memory)) {
      throw finding(input, new AssertionError("it takes " + cost.bytes + " bytes, " + cost.time));
    }
    return cost.what;
  }

  /** What became of an input, and what it took. */
  private record Cost(String what, long bytes, Duration time) {
    boolean isTooMuch(long memory) {
      return bytes > memory || time.compareTo(SLOW) > 0;
    }
  }

  private Cost cost(Reader reader, byte[] input) {
    turn = new Turn(input, System.nanoTime());
    long thread = Thread.currentThread().threadId();
    long time = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getThreadAllocatedBytes(thread);
    String what;
    try {
      what = reader.read(input.clone());
    } catch (Exception | Error failed) {
      throw finding(input, failed);
    }
    return new Cost(
        what,
        THREADS.getThreadAllocatedBytes(thread) - bytes,
        Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - time));
  }

  private AssertionError finding(byte[] input, Throwable failed) {
    return new AssertionError(
        "%s%nSeed %d. A line for %s:%n%s".formatted(failed, SEED, file, notation.write(input)),
        failed);
  }
}
