package outline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Splits a module's functions that are too long for the JVM: a method above 64 kB cannot exist, and
 * one above 8,000 bytes is never compiled. Nothing is renumbered; imports, exports, table and data
 * stay as they are, except that the reserved stack becomes smaller and globals move into memory.
 */
public final class Outliner {

  /** Estimated length above which a function is split. */
  private static final int LIMIT = 6_500;

  /** Estimated length of the functions made; below 2,000 the calls alone are too long. */
  private static final int CHUNK = 4_500;

  private static final int PACKAGE_STACK = 32 << 20;

  /** Enough for JVM threads with stacks up to about as much: theirs ends first. */
  private static final int STACK = 4 << 20;

  private static final int PAGES = 128;

  /** The parser's functions are nested thousands of blocks deep, and read by recursion. */
  private static final long OWN_STACK = 1L << 30;

  private Outliner() {}

  /** Reads a module and writes the split one. */
  public static void run(Path from, Path to) throws IOException, InterruptedException {
    byte[] before = Files.readAllBytes(from);
    byte[][] after = new byte[1][];
    Throwable[] failure = new Throwable[1];
    Thread thread = new Thread(null, () -> after[0] = split(before), "outliner", OWN_STACK);
    thread.setUncaughtExceptionHandler((where, thrown) -> failure[0] = thrown);
    thread.start();
    thread.join();
    if (failure[0] != null) {
      throw new IllegalStateException(from + " cannot be split", failure[0]);
    }
    Files.createDirectories(to.toAbsolutePath().getParent());
    Files.write(to, after[0]);
  }

  private static byte[] split(byte[] bytes) {
    Module module = ModuleReader.read(bytes);
    int original = module.functions.size();
    for (int i = 0; i < original; i++) {
      Function function = module.functions.get(i);
      if (Cost.of(function.body) > LIMIT && function.locals.size() <= Function.MAX_LOCALS) {
        new Splitter(module, function, CHUNK).split();
      }
    }
    MemoryLayout layout = new MemoryLayout(module, PACKAGE_STACK, STACK, PAGES);
    layout.moveInCode();
    MemoryGlobals globals = new MemoryGlobals(module);
    globals.moveInCode();
    return new ModuleWriter(module, layout, globals).write();
  }
}
