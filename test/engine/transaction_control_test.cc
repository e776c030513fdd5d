#include "engine/sql/reading/transaction_control.h"

#include <doctest/doctest.h>

using plinth::transaction_command;

TEST_CASE("statements that begin or end a transaction are found") {
  CHECK(transaction_command("COMMIT") == "COMMIT");
  CHECK(transaction_command("  commit work;") == "COMMIT");
  CHECK(transaction_command("COMMIT AND CHAIN") == "COMMIT");
  CHECK(transaction_command("UPDATE t SET a = 1; COMMIT; DELETE FROM t") == "COMMIT");
  CHECK(transaction_command("SELECT 1;;end") == "END");
  CHECK(transaction_command("abort") == "ABORT");
  CHECK(transaction_command("begin") == "BEGIN");
  CHECK(transaction_command("begin isolation level serializable") == "BEGIN");
  CHECK(transaction_command("start\n\ttransaction") == "START TRANSACTION");
  CHECK(transaction_command("prepare transaction 'x'") == "PREPARE TRANSACTION");
  CHECK(transaction_command("ROLLBACK") == "ROLLBACK");
  CHECK(transaction_command("SELECT 1; reset all") == "RESET ALL");
  CHECK(transaction_command("rollback and no chain") == "ROLLBACK");
  CHECK(transaction_command("-- note\n/* a /* nested */ one */ COMMIT") == "COMMIT");
  CHECK(transaction_command("SELECT ';' ; COMMIT") == "COMMIT");
  CHECK(transaction_command("SELECT E'\\'; x' ; COMMIT") == "COMMIT");
  CHECK(transaction_command("SELECT \"a;\"\"b\"; COMMIT") == "COMMIT");
  CHECK(transaction_command("SELECT $a$ ; $a$; COMMIT") == "COMMIT");
  CHECK(transaction_command("CREATE TABLE begin (a int); COMMIT") == "COMMIT");
  CHECK(transaction_command(
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; COMMIT") == "COMMIT");
  CHECK(transaction_command("SELECT 1 /* open") == "");
}

TEST_CASE("everything else is left to the server") {
  CHECK(transaction_command("") == "");
  CHECK(transaction_command(";;") == "");
  CHECK(transaction_command("RESET work_mem") == "");
  CHECK(transaction_command("-- COMMIT\nSELECT 1") == "");
  CHECK(transaction_command("/* ; COMMIT; */ SELECT 1 -- ; COMMIT") == "");
  CHECK(transaction_command("SELECT '; COMMIT;'") == "");
  CHECK(transaction_command("SELECT 1 AS \"; COMMIT;\"") == "");
  CHECK(transaction_command("SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE a") == "");
  CHECK(transaction_command("PREPARE plan AS SELECT 1") == "");
  CHECK(transaction_command("UPDATE t SET commit = 1, \"end\" = 2") == "");
  CHECK(transaction_command("COMMENT ON TABLE t IS 'x'") == "");
  CHECK(transaction_command("DO $$ BEGIN UPDATE t SET a = 1; END $$") == "");
  CHECK(transaction_command("DO $body$ BEGIN COMMIT; END $body$;") == "");
  CHECK(transaction_command("SELECT CASE WHEN a THEN 1 END FROM t; SELECT 2") == "");
  CHECK(transaction_command("CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v; )") ==
        "");
  CHECK(transaction_command("CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); "
                            "SELECT CASE WHEN true THEN 1 END; END;\nSELECT 1") == "");
  CHECK(transaction_command(
            "CREATE FUNCTION f(begin int DEFAULT (1)) RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT 1") == "");
}
