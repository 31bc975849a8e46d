package dev.countersign.proxy.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every kind of statement that the grammar can make is either known or OTHER and opaque. */
final class StatementKindsTest {

  private static final Path TYPES = Path.of("target/grammar/node_modules/@pgsql/types");

  /** Reviewed: what these do is in their accesses. Every other kind must be OTHER and opaque. */
  private static final Set<String> KNOWN =
      Set.of(
          // Data
          "SelectStmt",
          "InsertStmt",
          "UpdateStmt",
          "DeleteStmt",
          "MergeStmt",
          "CopyStmt",
          // The session
          "TransactionStmt",
          "VariableSetStmt",
          "VariableShowStmt",
          "ConstraintsSetStmt",
          "ListenStmt",
          "UnlistenStmt",
          "NotifyStmt",
          "DiscardStmt",
          "LockStmt",
          // Statements about statements
          "ExplainStmt",
          "PrepareStmt",
          "ExecuteStmt",
          "DeallocateStmt",
          "DeclareCursorStmt",
          "FetchStmt",
          "ClosePortalStmt",
          "DoStmt",
          "CallStmt",
          // Definitions
          "CreateStmt",
          "CreateForeignTableStmt",
          "CreateTableAsStmt",
          "ViewStmt",
          "IndexStmt",
          "CreateSeqStmt",
          "AlterSeqStmt",
          "CompositeTypeStmt",
          "CreateEnumStmt",
          "CreateRangeStmt",
          "CreateDomainStmt",
          "DefineStmt",
          "CreateFunctionStmt",
          "AlterFunctionStmt",
          "CreateTrigStmt",
          "CreateEventTrigStmt",
          "RuleStmt",
          "CreatePolicyStmt",
          "AlterPolicyStmt",
          "CreateRoleStmt",
          "AlterRoleStmt",
          "AlterRoleSetStmt",
          "DropRoleStmt",
          "CreatedbStmt",
          "AlterDatabaseStmt",
          "AlterDatabaseSetStmt",
          "DropdbStmt",
          "CreateExtensionStmt",
          "AlterExtensionStmt",
          "CreateStatsStmt",
          "AlterStatsStmt",
          "CreatePublicationStmt",
          "AlterPublicationStmt",
          "CreateSubscriptionStmt",
          "AlterSubscriptionStmt",
          "DropSubscriptionStmt",
          "CreateForeignServerStmt",
          "AlterForeignServerStmt",
          "CreateFdwStmt",
          "CreateTableSpaceStmt",
          "DropTableSpaceStmt",
          "CreateSchemaStmt",
          "AlterTableStmt",
          "AlterTypeStmt",
          "AlterEnumStmt",
          "AlterDomainStmt",
          "AlterSystemStmt",
          "AlterOwnerStmt",
          "RenameStmt",
          "AlterObjectSchemaStmt",
          "CommentStmt",
          "SecLabelStmt",
          "DropStmt",
          "DropOwnedStmt",
          "TruncateStmt",
          "GrantStmt",
          "GrantRoleStmt",
          "AlterDefaultPrivilegesStmt",
          // Maintenance
          "VacuumStmt",
          "ReindexStmt",
          "ClusterStmt",
          "CheckPointStmt",
          "RefreshMatViewStmt");

  @Test
  void pgS36_aKindNobodyMappedIsOtherAndOpaque() throws Exception {
    Set<String> kinds = statementKinds();
    assertThat(kinds).hasSizeGreaterThan(100).containsAll(KNOWN);

    for (String kind : kinds) {
      if (!KNOWN.contains(kind)) {
        SqlStatement facts = facts(kind);
        assertThat(facts.opaque()).as(kind).isTrue();
        assertThat(facts.accesses())
            .as(kind)
            .extracting(access -> access.verb())
            .contains(SqlVerb.OTHER);
      }
    }
  }

  private static SqlStatement facts(String kind) {
    Node nothing = new Node.Fields(new String[0], new Node[0]);
    Node body = new Node.Fields(new String[] {"x"}, new Node[] {nothing});
    Node statement = new Node.Fields(new String[] {kind}, new Node[] {body});
    return StatementReader.read("", statement, Catalog.unknown(List.of("public"))).facts();
  }

  /** As the package's type definitions name them. */
  private static Set<String> statementKinds() throws Exception {
    Set<String> kinds = new TreeSet<>();
    try (var files = Files.walk(TYPES)) {
      for (Path file : files.filter(path -> path.toString().endsWith("types.d.ts")).toList()) {
        Pattern.compile("interface (\\w+Stmt) ")
            .matcher(Files.readString(file))
            .results()
            .forEach(match -> kinds.add(match.group(1)));
      }
    }
    kinds.removeAll(Set.of("RawStmt", "ReturnStmt", "PLAssignStmt", "SetOperationStmt"));
    return kinds;
  }
}
