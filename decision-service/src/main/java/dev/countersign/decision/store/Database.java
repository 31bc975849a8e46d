package dev.countersign.decision.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;

/**
 * The state's database, with its schema brought up to date. Safe for any number of threads.
 *
 * <p>Everything is in the schema {@code countersign}, so that the database may hold other things.
 */
public final class Database implements AutoCloseable {

  private static final String SCHEMA = "countersign";
  private static final int MAX_CONNECTIONS = 8;
  private static final int TIMEOUT_SECONDS = 10;

  private final DatabaseConfig config;
  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private Database(DatabaseConfig config, HikariDataSource pool) {
    this.config = config;
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    // What failed must not tell what was in it: commands of agents end up in here.
    jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
  }

  /**
   * Connects and migrates.
   *
   * @throws RuntimeException if the database cannot be reached, or is of a later version
   */
  public static Database open(DatabaseConfig config) {
    var settings = new HikariConfig();
    settings.setPoolName("countersign-state");
    settings.setJdbcUrl(config.jdbcUrl());
    // Asked for each connection, so that the password can be changed while this runs.
    settings.setCredentialsProvider(
        () -> Credentials.of(config.user(), config.password().reveal()));
    settings.setDataSourceProperties(properties());
    settings.setMaximumPoolSize(MAX_CONNECTIONS);
    settings.setMinimumIdle(1);
    settings.setConnectionTimeout(TIMEOUT_SECONDS * 1000L);
    var pool = new HikariDataSource(settings);
    try {
      Flyway.configure()
          .dataSource(pool)
          .schemas(SCHEMA)
          .locations("classpath:dev/countersign/decision/store")
          .load()
          .migrate();
      return new Database(config, pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static Properties properties() {
    var properties = new Properties();
    properties.setProperty("currentSchema", SCHEMA);
    properties.setProperty("ApplicationName", "countersign");
    properties.setProperty("connectTimeout", String.valueOf(TIMEOUT_SECONDS));
    properties.setProperty("socketTimeout", String.valueOf(3 * TIMEOUT_SECONDS));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  /** A connection outside the pool, for whoever keeps one: a listener. The caller closes it. */
  public Connection connect() throws SQLException {
    Properties properties = properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password().reveal());
    return DriverManager.getConnection(config.jdbcUrl(), properties);
  }

  /** Whether the database answers. */
  public boolean isAlive() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(TIMEOUT_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
