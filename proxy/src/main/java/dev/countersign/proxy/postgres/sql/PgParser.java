package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;

/**
 * One instance of PostgreSQL's raw parser: libpg_query as WebAssembly, compiled to bytecode when
 * the project was built. A hostile text can at worst end an instance, never the process.
 *
 * <p>Confined to one thread at a time. After {@link Broken} it must not be used again.
 */
final class PgParser {

  /** The parser is in an unknown state; the text that did it cannot be understood. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(Throwable cause) {
      super("the parser gave up", cause);
    }
  }

  /** C's longjmp; it carries nothing, not even a stack trace. */
  private static final class LongJump extends RuntimeException {
    private static final long serialVersionUID = 1;

    LongJump() {
      super(null, null, false, false);
    }
  }

  /** Shipped by the build: export and import names of the package's glue, and their short forms. */
  private static final WasmNames NAMES = WasmNames.load();

  private static final WasmModule MODULE = PgQuery.load();

  /** Linear memory may grow to this; a text of the longest length allowed needs far less. */
  private static final int MAX_PAGES = 4_096;

  /** PgQueryParseResult of pg_query.h: parse_tree, stderr_buffer, error. */
  private static final int RESULT_TREE = 0;

  private static final int RESULT_ERROR = 8;

  /** PgQueryError of pg_query.h: message, funcname, filename, lineno, cursorpos, context. */
  private static final int ERROR_MESSAGE = 0;

  private static final int ERROR_CURSOR = 16;

  /** A parser whose memory has grown beyond this is not worth its place when it is idle. */
  private static final int WORTH_KEEPING = 512;

  private final TreeReader trees = new TreeReader();
  private final ParserMemory memory;
  private final ExportFunction malloc;
  private final ExportFunction free;
  private final ExportFunction parse;
  private final ExportFunction freeResult;
  private final ExportFunction setThrew;
  private final ExportFunction stackRestore;
  private final ExportFunction stackCurrent;

  PgParser() {
    Instance instance =
        Instance.builder(MODULE)
            .withImportValues(imports())
            .withMachineFactory(PgQuery::create)
            .withMemoryFactory(ParserMemory::new)
            .withStart(false)
            .build();
    memory = (ParserMemory) instance.memory();
    malloc = export(instance, "_malloc");
    free = export(instance, "_free");
    parse = export(instance, "_wasm_parse_query_raw");
    freeResult = export(instance, "_wasm_free_parse_result");
    setThrew = export(instance, "_setThrew");
    stackRestore = export(instance, "__emscripten_stack_restore");
    stackCurrent = export(instance, "_emscripten_stack_get_current");
    export(instance, "___wasm_call_ctors").apply();
  }

  private static ExportFunction export(Instance instance, String name) {
    return instance.export(NAMES.export(name));
  }

  /**
   * Parses a text.
   *
   * @param sql without NUL bytes
   * @throws SqlRefused if it is not PostgreSQL's SQL; the parser is as good as before
   * @throws TreeReader.TooDeep if its tree is too deep to be read; likewise
   */
  Node parse(byte[] sql) throws SqlRefused, TreeReader.TooDeep, Broken {
    try {
      int text = (int) malloc.apply(sql.length + 1L)[0];
      if (text == 0) {
        throw new WasmEngineException("no memory for the text");
      }
      memory.write(text, sql);
      memory.writeByte(text + sql.length, (byte) 0);
      int result = (int) parse.apply(text)[0];
      try {
        return tree(result);
      } finally {
        freeResult.apply(result);
        free.apply(text);
      }
    } catch (WasmEngineException
        | StackOverflowError
        | LongJump
        | ArithmeticException
        | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      throw new Broken(e);
    }
  }

  /** Whether it holds little enough to wait for another text. */
  boolean isWorthKeeping() {
    return memory.pages() <= WORTH_KEEPING;
  }

  private Node tree(int result) throws SqlRefused, TreeReader.TooDeep {
    int error = memory.readInt(result + RESULT_ERROR);
    if (error == 0) {
      byte[] json = memory.bytesUntilNul(memory.readInt(result + RESULT_TREE));
      return trees.read(json, json.length);
    }
    byte[] message = memory.bytesUntilNul(memory.readInt(error + ERROR_MESSAGE));
    throw SqlRefused.ofGrammar(new String(message, UTF_8), memory.readInt(error + ERROR_CURSOR));
  }

  private ImportValues imports() {
    ImportValues.Builder imports = ImportValues.builder();
    for (int i = 0; i < MODULE.importSection().importCount(); i++) {
      FunctionImport function = (FunctionImport) MODULE.importSection().getImport(i);
      FunctionType type = MODULE.typeSection().getType(function.typeIndex());
      imports.addFunction(
          new HostFunction(function.module(), function.name(), type, host(function.name(), type)));
    }
    return imports.build();
  }

  /** What emscripten's JavaScript does for the module, as far as the parser needs it. */
  private WasmFunctionHandle host(String shortName, FunctionType type) {
    String name = NAMES.importNamed(shortName);
    int results = type.returns().size();
    if (name.startsWith("invoke_")) {
      return (instance, arguments) -> invoke(instance, arguments, results);
    }
    return switch (name) {
      case "__emscripten_throw_longjmp" ->
          (instance, arguments) -> {
            throw new LongJump();
          };
      case "_emscripten_resize_heap" ->
          (instance, arguments) -> new long[] {grow(instance.memory(), arguments[0])};
      case "___assert_fail", "__abort_js", "_exit", "_proc_exit" ->
          (instance, arguments) -> {
            throw new WasmEngineException("the parser aborted in " + name);
          };
      default -> (instance, arguments) -> new long[results];
    };
  }

  /** setjmp: calls through the table and, if the callee jumps out, restores the shadow stack. */
  private long[] invoke(Instance instance, long[] arguments, int results) {
    long stack = requireNonNull(stackCurrent).apply()[0];
    try {
      return instance
          .getMachine()
          .call(
              instance.table(0).requiredRef((int) arguments[0]),
              Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (LongJump jump) {
      requireNonNull(stackRestore).apply(stack);
      requireNonNull(setThrew).apply(1, 0);
      return new long[results];
    }
  }

  private static long grow(Memory memory, long bytes) {
    int wanted = (int) (((bytes & 0xffff_ffffL) + Memory.PAGE_SIZE - 1) / Memory.PAGE_SIZE);
    if (wanted > MAX_PAGES) {
      return 0;
    }
    int missing = wanted - memory.pages();
    return missing > 0 && memory.grow(missing) < 0 ? 0 : 1;
  }
}
