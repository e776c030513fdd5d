#pragma once
// The measured statements that no kind of operation makes.
#include <string_view>
#include <vector>

namespace plinth::test {

/// What no kind of operation says, each with its reason.
struct Unsaid {
  std::string_view reason;
  std::vector<std::string_view> labels;
};
inline const std::vector<Unsaid>& unsaid() {
  static const std::vector<Unsaid> all = {
      {"partitions and inheritance",
       {"CREATE TABLE ... PARTITION OF pt", "CREATE TABLE ... PARTITION OF ptd (has DEFAULT partition)",
        "CREATE TABLE ... INHERITS (parent)", "DROP TABLE pt1 (a partition)", "ALTER TABLE INHERIT parent",
        "ADD FOREIGN KEY NOT VALID on partitioned referencing table", "CREATE INDEX on partitioned table (recurses)",
        "CREATE INDEX ON ONLY partitioned", "ALTER INDEX ATTACH PARTITION", "ATTACH PARTITION (no matching CHECK)",
        "ATTACH PARTITION (matching CHECK)", "ATTACH PARTITION with DEFAULT partition", "DETACH PARTITION",
        "ADD COLUMN to partitioned table", "DETACH PARTITION CONCURRENTLY",
        "CREATE INDEX CONCURRENTLY on partitioned"}},
      {"domains",
       {"ADD COLUMN of domain type without constraints, constant default",
        "ADD COLUMN of domain type WITH check constraint (nullable, no default)",
        "TYPE int->domain over int w/o constraint", "ALTER DOMAIN ADD CHECK (scans all users)",
        "ALTER DOMAIN ADD CHECK NOT VALID", "ALTER DOMAIN NOT VALID + VALIDATE CONSTRAINT", "ALTER DOMAIN SET NOT NULL",
        "ALTER DOMAIN SET DEFAULT"}},
      {"copies, storage, owners, comments, rights",
       {"CREATE TABLE (LIKE t INCLUDING ALL)",
        "CREATE TABLE AS SELECT from t",
        "ALTER TABLE SET SCHEMA",
        "ALTER TABLE OWNER TO",
        "ALTER TABLE SET (fillfactor=70)",
        "ALTER TABLE SET (autovacuum_enabled=false)",
        "ALTER TABLE SET (parallel_workers=2)",
        "ALTER TABLE SET UNLOGGED",
        "ALTER TABLE SET LOGGED (unlogged table)",
        "ALTER TABLE SET TABLESPACE pg_default (no-op)",
        "ALTER TABLE SET ACCESS METHOD heap (same)",
        "ALTER TABLE REPLICA IDENTITY FULL",
        "ALTER TABLE CLUSTER ON",
        "COMMENT ON TABLE",
        "COMMENT ON COLUMN",
        "GRANT SELECT ON t",
        "SET STORAGE",
        "SET COMPRESSION pglz",
        "SET STATISTICS",
        "SET (n_distinct=..)",
        "ALTER INDEX SET (fillfactor)"}},
      {"forms of columns and constraints that are not modelled",
       {"ADD COLUMN GENERATED ALWAYS AS (..) VIRTUAL", "ADD CONSTRAINT NOT NULL NOT VALID",
        "ADD CONSTRAINT NOT NULL NOT VALID then VALIDATE", "DROP EXPRESSION (stored generated)",
        "SET EXPRESSION AS (stored generated)", "ADD CHECK NOT ENFORCED", "ADD FOREIGN KEY NOT ENFORCED", "ADD EXCLUDE",
        "DROP CONSTRAINT (PK referenced by FK, CASCADE)", "ALTER CONSTRAINT DEFERRABLE (FK)",
        "ALTER CONSTRAINT NOT ENFORCED (FK)"}},
      {"the key is an operation of its own, and reads the table", {"ADD COLUMN with inline REFERENCES p (nullable)"}},
      {"the measure took the new name for a table that was never read", {"ALTER TABLE RENAME TO"}},
      {"the time zone of the session is not known before it runs",
       {"TYPE timestamp->timestamptz (TimeZone=UTC)", "TYPE timestamptz->timestamp (TimeZone=UTC)"}},
      {"maintenance",
       {"TRUNCATE t2", "REINDEX INDEX", "REINDEX TABLE", "CLUSTER t USING idx", "REINDEX INDEX CONCURRENTLY",
        "REINDEX TABLE CONCURRENTLY", "VACUUM", "VACUUM FULL (blocked immediately)", "ANALYZE"}},
      {"other objects",
       {"CREATE TRIGGER",
        "CREATE OR REPLACE TRIGGER",
        "DROP TRIGGER",
        "DISABLE TRIGGER",
        "ALTER TRIGGER RENAME",
        "ALTER POLICY",
        "CREATE RULE",
        "CREATE VIEW on t",
        "CREATE OR REPLACE VIEW",
        "DROP VIEW",
        "CREATE MATERIALIZED VIEW",
        "REFRESH MATERIALIZED VIEW",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY",
        "DROP MATERIALIZED VIEW",
        "CREATE OR REPLACE FUNCTION",
        "ALTER SEQUENCE INCREMENT",
        "ALTER SEQUENCE OWNED BY",
        "CREATE STATISTICS",
        "DROP STATISTICS",
        "CREATE PUBLICATION FOR TABLE t",
        "ALTER PUBLICATION ADD TABLE t",
        "ALTER SCHEMA RENAME"}},
      {"values of enums that are used or renamed",
       {"ALTER TYPE ADD VALUE then use in same tx", "ALTER TYPE RENAME VALUE"}},
      {"what the statements of transforms lock is their author's affair", {"UPDATE t (all rows)", "SELECT FOR UPDATE"}},
  };
  return all;
}

}  // namespace plinth::test
