package dev.countersign.cli.policy;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.rules.policy.WorkbookTests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The results of a workbook's tests in the XML that build servers read. */
final class JunitReport {

  private JunitReport() {}

  static void write(String suite, List<WorkbookTests.Result> results, Path file)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      XMLStreamWriter xml =
          XMLOutputFactory.newFactory().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", VisibleText.line(suite));
      xml.writeAttribute("tests", Integer.toString(results.size()));
      xml.writeAttribute(
          "failures", Long.toString(results.stream().filter(result -> !result.passed()).count()));
      xml.writeAttribute("errors", "0");
      xml.writeAttribute("skipped", "0");
      for (WorkbookTests.Result result : results) {
        write(suite, result, xml);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("the report could not be written", e);
    }
  }

  private static void write(String suite, WorkbookTests.Result result, XMLStreamWriter xml)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", VisibleText.line(suite));
    xml.writeAttribute(
        "name", VisibleText.line(result.test().id() + " " + result.test().command()));
    xml.writeAttribute("time", "0");
    if (!result.passed()) {
      xml.writeStartElement("failure");
      xml.writeAttribute("message", VisibleText.line(result.toString()));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }
}
