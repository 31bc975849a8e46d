package dev.countersign.proxy.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The parser is fast only while the JVM compiles it: it leaves methods alone that are too long. */
final class CompiledGrammarTest {

  /** HotSpot's HugeMethodLimit. */
  private static final int HUGE = 8_000;

  /** Not on the way of a parse: the hash of the fingerprint function. */
  private static final Set<String> ALLOWED = Set.of("func_29");

  @Test
  void noMethodIsTooLongForTheJvmToCompile() throws Exception {
    URI classes = PgQuery.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Set<String> tooLong = new TreeSet<>();
    int methods = 0;
    try (var files = Files.walk(Path.of(classes).resolve("dev/countersign/proxy/postgres/sql"))) {
      for (Path file : files.filter(path -> path.toString().contains("PgQuery")).toList()) {
        if (file.toString().endsWith(".class")) {
          ClassModel model = ClassFile.of().parse(file);
          for (MethodModel method : model.methods()) {
            methods++;
            if (length(method) >= HUGE && !ALLOWED.contains(method.methodName().stringValue())) {
              tooLong.add(model.thisClass().asInternalName() + "." + method.methodName());
            }
          }
        }
      }
    }

    assertThat(tooLong).isEmpty();
    assertThat(methods).isGreaterThan(800);
  }

  private static int length(MethodModel method) {
    return method
        .code()
        .map(code -> code instanceof CodeAttribute attribute ? attribute.codeLength() : 0)
        .orElse(0);
  }
}
