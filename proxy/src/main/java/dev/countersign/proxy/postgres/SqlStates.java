package dev.countersign.proxy.postgres;

import java.util.Map;

/**
 * The condition names of SQLSTATE codes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">Appendix A</a>
 */
final class SqlStates {

  private static final Map<String, String> CONDITIONS =
      Map.ofEntries(
          Map.entry("21000", "cardinality_violation"),
          Map.entry("22001", "string_data_right_truncation"),
          Map.entry("22003", "numeric_value_out_of_range"),
          Map.entry("22007", "invalid_datetime_format"),
          Map.entry("22008", "datetime_field_overflow"),
          Map.entry("22012", "division_by_zero"),
          Map.entry("22023", "invalid_parameter_value"),
          Map.entry("22P02", "invalid_text_representation"),
          Map.entry("22P05", "untranslatable_character"),
          Map.entry("23502", "not_null_violation"),
          Map.entry("23503", "foreign_key_violation"),
          Map.entry("23505", "unique_violation"),
          Map.entry("23514", "check_violation"),
          Map.entry("23P01", "exclusion_violation"),
          Map.entry("25001", "active_sql_transaction"),
          Map.entry("25006", "read_only_sql_transaction"),
          Map.entry("25P01", "no_active_sql_transaction"),
          Map.entry("25P02", "in_failed_sql_transaction"),
          Map.entry("26000", "invalid_sql_statement_name"),
          Map.entry("34000", "invalid_cursor_name"),
          Map.entry("3F000", "invalid_schema_name"),
          Map.entry("40001", "serialization_failure"),
          Map.entry("40P01", "deadlock_detected"),
          Map.entry("42501", "insufficient_privilege"),
          Map.entry("42601", "syntax_error"),
          Map.entry("42702", "ambiguous_column"),
          Map.entry("42703", "undefined_column"),
          Map.entry("42704", "undefined_object"),
          Map.entry("42710", "duplicate_object"),
          Map.entry("42803", "grouping_error"),
          Map.entry("42804", "datatype_mismatch"),
          Map.entry("42846", "cannot_coerce"),
          Map.entry("42883", "undefined_function"),
          Map.entry("42P01", "undefined_table"),
          Map.entry("42P02", "undefined_parameter"),
          Map.entry("42P05", "duplicate_prepared_statement"),
          Map.entry("42P07", "duplicate_table"),
          Map.entry("42P10", "invalid_column_reference"),
          Map.entry("42P18", "indeterminate_datatype"),
          Map.entry("53100", "disk_full"),
          Map.entry("53200", "out_of_memory"),
          Map.entry("53300", "too_many_connections"),
          Map.entry("54000", "program_limit_exceeded"),
          Map.entry("54001", "statement_too_complex"),
          Map.entry("55P03", "lock_not_available"),
          Map.entry("57014", "query_canceled"),
          Map.entry("57P01", "admin_shutdown"),
          Map.entry("P0001", "raise_exception"),
          Map.entry("XX000", "internal_error"));

  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("00", "successful completion"),
          Map.entry("01", "warning"),
          Map.entry("02", "no data"),
          Map.entry("08", "connection exception"),
          Map.entry("0A", "feature not supported"),
          Map.entry("21", "cardinality violation"),
          Map.entry("22", "data exception"),
          Map.entry("23", "integrity constraint violation"),
          Map.entry("24", "invalid cursor state"),
          Map.entry("25", "invalid transaction state"),
          Map.entry("26", "invalid SQL statement name"),
          Map.entry("28", "invalid authorization specification"),
          Map.entry("2B", "dependent privilege descriptors still exist"),
          Map.entry("2D", "invalid transaction termination"),
          Map.entry("2F", "SQL routine exception"),
          Map.entry("34", "invalid cursor name"),
          Map.entry("38", "external routine exception"),
          Map.entry("39", "external routine invocation exception"),
          Map.entry("3B", "savepoint exception"),
          Map.entry("3D", "invalid catalog name"),
          Map.entry("3F", "invalid schema name"),
          Map.entry("40", "transaction rollback"),
          Map.entry("42", "syntax error or access rule violation"),
          Map.entry("44", "with check option violation"),
          Map.entry("53", "insufficient resources"),
          Map.entry("54", "program limit exceeded"),
          Map.entry("55", "object not in prerequisite state"),
          Map.entry("57", "operator intervention"),
          Map.entry("58", "system error"),
          Map.entry("HV", "foreign data wrapper error"),
          Map.entry("P0", "PL/pgSQL error"),
          Map.entry("XX", "internal error"));

  private SqlStates() {}

  /** The name of the condition, or of its class, or the code itself. */
  static String condition(String sqlState) {
    String condition = CONDITIONS.get(sqlState);
    if (condition != null) {
      return condition;
    }
    return sqlState.length() == 5
        ? CLASSES.getOrDefault(sqlState.substring(0, 2), sqlState)
        : sqlState;
  }
}
