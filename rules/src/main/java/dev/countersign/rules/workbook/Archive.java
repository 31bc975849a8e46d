package dev.countersign.rules.workbook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * The zip file that a workbook is, looked at before any spreadsheet library sees it: one and the
 * same set of parts however it is read, bounded in number and size, without macros, embedded
 * objects, external data or document type definitions.
 */
final class Archive {

  static final int MOST_PARTS = 300;
  static final int MOST_BYTES_UNPACKED = 32 * 1024 * 1024;

  private static final String FILE = "file";
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] OLE2 = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0};
  private static final byte[] DOCTYPE = "<!DOCTYPE".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern ENCODING =
      Pattern.compile("^<\\?xml[^>]{0,200}encoding\\s{0,9}=\\s{0,9}[\"']([^\"']{0,40})[\"']");

  private static final List<String> FORBIDDEN =
      List.of(
          "xl/vbaproject",
          "xl/macrosheets/",
          "xl/dialogsheets/",
          "xl/activex/",
          "xl/embeddings/",
          "xl/externallinks/",
          "xl/connections",
          "xl/querytables/",
          "xl/ctrlprops/",
          "xl/model/",
          "customui/",
          "xl/webextensions/");

  private Archive() {}

  /** Reports what is wrong with the file; whoever goes on must see no fault first. */
  static void inspect(byte[] bytes, FaultLog faults) {
    if (startsWith(bytes, OLE2)) {
      faults.add(FILE, "an .xls file, or one locked by a password", "an .xlsx file, saved openly");
      return;
    }
    if (!startsWith(bytes, ZIP)) {
      faults.add(FILE, "something that is not a workbook", "an .xlsx file");
      return;
    }
    try {
      List<String> inSequence = inspectParts(bytes, faults);
      if (faults.isEmpty()) {
        compare(inSequence, inDirectory(bytes), faults);
      }
    } catch (IOException | IllegalArgumentException broken) {
      faults.add(FILE, "a damaged zip archive", "an .xlsx file as a spreadsheet program saves it");
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length && indexOf(bytes, magic, magic.length) == 0;
  }

  private static List<String> inspectParts(byte[] bytes, FaultLog faults) throws IOException {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int left = MOST_BYTES_UNPACKED;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (names.size() == MOST_PARTS) {
          faults.add(FILE, "more than " + MOST_PARTS + " parts", "fewer");
          return names;
        }
        names.add(name);
        if (!seen.add(normal(name))) {
          faults.add(FILE, "the part " + Vocabulary.quote(name) + " twice", "each part once");
        }
        byte[] content = zip.readNBytes(left);
        left -= content.length;
        if (left == 0) {
          faults.add(FILE, "more than 32 MB when unpacked", "a smaller workbook");
          return names;
        }
        inspectPart(name, content, faults);
      }
    }
    return names;
  }

  private static String normal(String name) {
    String slashed = name.replace('\\', '/');
    return (slashed.startsWith("/") ? slashed.substring(1) : slashed).toLowerCase(Locale.ROOT);
  }

  private static void inspectPart(String name, byte[] content, FaultLog faults) {
    String normal = normal(name);
    if (FORBIDDEN.stream().anyMatch(normal::startsWith) || normal.endsWith(".bin.rels")) {
      faults.add(
          FILE,
          "the part " + Vocabulary.quote(name),
          "no macros, embedded objects, controls, external links or data connections");
    }
    if (normal.endsWith(".xml") || normal.endsWith(".rels") || normal.endsWith(".vml")) {
      inspectXml(name, content, faults);
    }
  }

  private static void inspectXml(String name, byte[] content, FaultLog faults) {
    String part = "the part " + Vocabulary.quote(name);
    if (indexOf(content, DOCTYPE, content.length) >= 0) {
      faults.add(FILE, part + " with a document type definition", "XML without one");
    }
    int head = Math.min(content.length, 400);
    for (int i = 0; i < head; i++) {
      if (content[i] == 0) {
        faults.add(FILE, part + " in an encoding other than UTF-8", "UTF-8");
        return;
      }
    }
    var declared = ENCODING.matcher(new String(content, 0, head, StandardCharsets.ISO_8859_1));
    if (declared.find() && !declared.group(1).equalsIgnoreCase("UTF-8")) {
      faults.add(FILE, part + " in an encoding other than UTF-8", "UTF-8");
    }
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int end) {
    for (int at = 0; at + wanted.length <= end; at++) {
      int same = 0;
      while (same < wanted.length && bytes[at + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return at;
      }
    }
    return -1;
  }

  private static List<String> inDirectory(byte[] bytes) throws IOException {
    try (ZipFile zip =
        ZipFile.builder()
            .setSeekableByteChannel(new SeekableInMemoryByteChannel(bytes))
            .setIgnoreLocalFileHeader(true)
            .get()) {
      return Collections.list(zip.getEntries()).stream().map(ZipArchiveEntry::getName).toList();
    }
  }

  /** A spreadsheet program reads the directory at the end, a stream reader what comes first. */
  private static void compare(List<String> inSequence, List<String> inDirectory, FaultLog faults) {
    if (!inSequence.stream().sorted().toList().equals(inDirectory.stream().sorted().toList())) {
      faults.add(FILE, "a zip directory that differs from the parts in it", "each part once");
    }
  }
}
