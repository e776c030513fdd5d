-- How a server changes the type of a column, measured on values.
CREATE TYPE mood AS ENUM ('sad', 'great', '42');
CREATE TYPE size AS ENUM ('sad', 'a label of more than ten characters ');

-- Whether ALTER … TYPE with a plain cast is there at all, and whether it writes the table anew.
CREATE FUNCTION alters(target text, OUT castable bool, OUT rewrites bool) LANGUAGE plpgsql AS $$
DECLARE before oid := pg_relation_filenode('empty_table');
BEGIN
  EXECUTE format('ALTER TABLE empty_table ALTER c TYPE %s USING c::%s', target, target);
  rewrites := pg_relation_filenode('empty_table') <> before;
  RAISE SQLSTATE 'P9999';
EXCEPTION
  WHEN SQLSTATE 'P9999' THEN castable := true;
  WHEN cannot_coerce THEN castable := false;
END $$;

-- Whether ALTER … TYPE runs on an empty table with the expression that the engine uses.
CREATE FUNCTION runs(target text, expression text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE empty_table ALTER c TYPE %s USING %s', target, expression);
  RAISE SQLSTATE 'P9999';
EXCEPTION
  WHEN SQLSTATE 'P9999' THEN RETURN true;
  WHEN OTHERS THEN RETURN false;
END $$;

CREATE FUNCTION is_true(query text, n int) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE found bool;
BEGIN
  EXECUTE query INTO found USING n;
  RETURN coalesce(found, false);
EXCEPTION WHEN OTHERS THEN
  RETURN false;
END $$;

-- One character for each value: y when one of the ways back finds it again, . when not, or when the server refuses it.
CREATE FUNCTION survivors(tests text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE out text; test text; survives bool;
BEGIN
  BEGIN
    EXECUTE format('SELECT string_agg(CASE WHEN %s THEN ''y'' END, '''' ORDER BY n) FROM filled_table', tests[1]) INTO out;
    IF length(out) = (SELECT count(*) FROM filled_table) THEN RETURN out; END IF;
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END;
  out := '';
  FOR i IN 1 .. (SELECT count(*) FROM filled_table) LOOP
    survives := false;
    FOREACH test IN ARRAY tests LOOP
      survives := survives OR is_true(format('SELECT %s FROM filled_table WHERE n = $1', test), i);
      EXIT WHEN survives;
    END LOOP;
    out := out || CASE WHEN survives THEN 'y' ELSE '.' END;
  END LOOP;
  RETURN out;
END $$;

-- 1 for each value that a condition holds for, else 0; the error when the condition raises one.
CREATE FUNCTION holds(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE out text;
BEGIN
  IF condition = '' THEN RETURN ''; END IF;
  EXECUTE format('SELECT string_agg(CASE WHEN %s THEN ''1'' ELSE ''0'' END, '''' ORDER BY n) FROM filled_table',
                 condition) INTO out;
  RETURN out;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $$;

CREATE FUNCTION measure(source text, "values" text, targets text[], expressions text[], tests text[], conditions text[])
RETURNS TABLE (castable bool, rewrites bool, changes bool, survives text, unfit text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE empty_table (c %s)', source);
  EXECUTE format('CREATE TABLE filled_table (n serial, c %s)', source);
  EXECUTE format('INSERT INTO filled_table (c) SELECT v::%s FROM unnest(ARRAY[%s]::text[]) AS v', source, "values");
  FOR i IN 1 .. cardinality(targets) LOOP
    SELECT a.castable, a.rewrites INTO castable, rewrites FROM alters(targets[i]) AS a;
    changes := expressions[i] = '' AND castable OR expressions[i] <> '' AND runs(targets[i], expressions[i]);
    survives := survivors(string_to_array(tests[i], E'\n'));
    unfit := holds(conditions[i]);
    RETURN NEXT;
  END LOOP;
  DROP TABLE empty_table, filled_table;
END $$;

-- Whether a foreign key leads from a column of one type to a key of another; nothing where the type is no key.
CREATE FUNCTION references_key(keys text[], columns text[])
RETURNS TABLE (key text, "column" text, allowed bool) LANGUAGE plpgsql AS $$
BEGIN
  FOREACH key IN ARRAY keys LOOP
    BEGIN
      EXECUTE format('CREATE TABLE keys (k %s UNIQUE)', key);
    EXCEPTION WHEN undefined_object THEN
      CONTINUE;
    END;
    FOREACH "column" IN ARRAY columns LOOP
      BEGIN
        EXECUTE format('CREATE TABLE refs (c %s REFERENCES keys (k))', "column");
        DROP TABLE refs;
        allowed := true;
      EXCEPTION WHEN datatype_mismatch OR undefined_function THEN
        allowed := false;
      END;
      RETURN NEXT;
    END LOOP;
    DROP TABLE keys;
  END LOOP;
END $$;
