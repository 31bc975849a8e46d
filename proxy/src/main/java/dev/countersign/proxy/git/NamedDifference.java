package dev.countersign.proxy.git;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/** Differences in which objects are called as everybody but the library calls them. */
final class NamedDifference extends DiffFormatter {

  private static final String SUBMODULE = "Subproject commit ";
  private static final int ABBREVIATED = 10;

  private final OutputStream out;
  private final Naming.Translated naming;
  private boolean isOfSubmodule;

  NamedDifference(OutputStream out, Naming.Translated naming) {
    super(out);
    this.out = out;
    this.naming = naming;
  }

  @Override
  public void format(DiffEntry entry) throws IOException {
    isOfSubmodule = isSubmodule(entry.getOldMode()) || isSubmodule(entry.getNewMode());
    super.format(entry);
  }

  private static boolean isSubmodule(FileMode mode) {
    return mode.equals(FileMode.GITLINK.getBits());
  }

  @Override
  protected void formatIndexLine(OutputStream header, DiffEntry entry) throws IOException {
    String ids =
        name(entry.getOldMode(), entry.getOldId())
            + ".."
            + name(entry.getNewMode(), entry.getNewId());
    String mode =
        entry.getOldMode().equals(entry.getNewMode().getBits()) ? " " + entry.getNewMode() : "";
    header.write(("index " + ids + mode + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private String name(FileMode mode, AbbreviatedObjectId id) {
    String inner = id.name();
    boolean isKnown = inner.length() == Constants.OBJECT_ID_STRING_LENGTH;
    String name =
        !isKnown || inner.equals(ObjectId.zeroId().name())
            ? inner
            : isSubmodule(mode) ? naming.link(inner) : naming.outer(inner);
    return name.substring(0, Math.min(ABBREVIATED, name.length()));
  }

  @Override
  protected void writeLine(char prefix, RawText text, int line) throws IOException {
    String words = isOfSubmodule ? text.getString(line) : "";
    String id = words.startsWith(SUBMODULE) ? words.substring(SUBMODULE.length()) : "";
    if (id.matches("[0-9a-f]{40}")) {
      out.write((prefix + SUBMODULE + naming.link(id) + "\n").getBytes(StandardCharsets.UTF_8));
    } else {
      super.writeLine(prefix, text, line);
    }
  }
}
