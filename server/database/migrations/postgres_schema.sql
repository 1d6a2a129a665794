-- What there is in the schema of the evidence: of each thing its name, and in words what it is. The file beside this
-- one has the rows that each step makes, and any other row is a fault: of policies, say, there must be none at all.
-- Every role may ask, and the answer is the same in every database that took the same steps.
WITH held AS (SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace),
     functions AS (SELECT * FROM pg_proc WHERE pronamespace = current_schema()::regnamespace),
     owner AS (SELECT relowner AS oid FROM held WHERE relname = 'alembic_version'),
     here AS (SELECT ' ON ' || quote_ident(current_schema()) || '.' AS on_here),
     kinds (letter, kind) AS (VALUES
       ('r', 'table'), ('p', 'partitioned table'), ('v', 'view'), ('m', 'materialized view'), ('f', 'foreign table'),
       ('S', 'sequence'), ('c', 'type'), ('I', 'partitioned index')),
     lasting (letter, persistence) AS (VALUES ('p', 'permanent'), ('u', 'UNLOGGED'), ('t', 'TEMPORARY')),
     firing (letter, fires) AS (VALUES
       ('O', 'ENABLED'), ('A', 'ENABLED ALWAYS'), ('R', 'ENABLED REPLICA'), ('D', 'DISABLED'))

-- The flags say whether PostgreSQL looks for triggers, indexes and checks at all.
SELECT concat_ws(' ', kind, relname),
       concat_ws(', ', persistence, amname, CASE WHEN relhastriggers THEN 'with triggers' END,
                 CASE WHEN relhasindex THEN 'with indexes' END, relchecks || ' checks',
                 CASE WHEN relrowsecurity THEN 'ROW LEVEL SECURITY' END,
                 CASE WHEN relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END)
  FROM held LEFT JOIN kinds ON kinds.letter = relkind LEFT JOIN lasting ON lasting.letter = relpersistence
       LEFT JOIN pg_am ON pg_am.oid = relam
 WHERE relkind <> 'i'
UNION ALL
SELECT format('column %s.%s', relname, attname),
       concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
                 'COLLATE ' || collname, 'DEFAULT ' || pg_get_expr(adbin, adrelid),
                 'IDENTITY ' || nullif(attidentity::text, ''), 'GENERATED ' || nullif(attgenerated::text, ''))
  FROM pg_attribute JOIN held ON held.oid = attrelid JOIN pg_type ON pg_type.oid = atttypid
       LEFT JOIN pg_collation ON pg_collation.oid = attcollation AND attcollation <> typcollation
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped
UNION ALL
-- NOT NULL is a constraint too from PostgreSQL 18 on; the column tells it, unless rows were not looked at.
SELECT format('constraint %s.%s', relname, conname), pg_get_constraintdef(pg_constraint.oid)
  FROM pg_constraint JOIN held ON held.oid = conrelid
 WHERE contype <> 'n' OR NOT convalidated
UNION ALL
SELECT 'index ' || relname,
       concat_ws(' ', replace(pg_get_indexdef(indexrelid), on_here, ' ON '),
                 CASE WHEN NOT (indisvalid AND indisready AND indislive) THEN 'INVALID' END)
  FROM pg_index JOIN held ON held.oid = indexrelid, here
UNION ALL
-- A foreign key is enforced by triggers of PostgreSQL's own; their names have another number each time.
SELECT coalesce(format('enforcement %s.', relname) || conname || ' by ' || tgfoid::regproc,
                format('trigger %s.%s', relname, tgname)),
       concat_ws(' ', fires,
                 CASE WHEN conname IS NULL THEN replace(pg_get_triggerdef(pg_trigger.oid), on_here, ' ON ') END)
  FROM pg_trigger JOIN held ON held.oid = tgrelid LEFT JOIN firing ON firing.letter = tgenabled
       LEFT JOIN pg_constraint ON pg_constraint.oid = tgconstraint AND tgisinternal, here
UNION ALL
SELECT format('function %s(%s)', proname, pg_get_function_identity_arguments(functions.oid)),
       concat_ws(' ', 'RETURNS ' || pg_get_function_result(functions.oid), 'LANGUAGE ' || lanname,
                 CASE WHEN prosecdef THEN 'SECURITY DEFINER' END, 'SET ' || proconfig::text, probin, prosrc)
  FROM functions JOIN pg_language ON pg_language.oid = prolang
UNION ALL
SELECT format('rule %s.%s', relname, rulename), pg_get_ruledef(pg_rewrite.oid)
  FROM pg_rewrite JOIN held ON held.oid = ev_class
UNION ALL
SELECT format('policy %s.%s', relname, polname),
       concat_ws(' ', 'USING ' || pg_get_expr(polqual, polrelid), 'CHECK ' || pg_get_expr(polwithcheck, polrelid))
  FROM pg_policy JOIN held ON held.oid = polrelid
UNION ALL
-- A child's rows are read with those of its parent.
SELECT format('child %s', inhrelid::regclass), format('of %s', inhparent::regclass)
  FROM pg_inherits WHERE EXISTS (SELECT FROM held WHERE oid IN (inhparent, inhrelid))
UNION ALL
-- With this one a session enforces no foreign key.
SELECT format('setting of %s', CASE setrole WHEN 0 THEN 'the database' ELSE pg_get_userbyid(setrole) END), setting
  FROM pg_db_role_setting JOIN pg_database ON setdatabase IN (0, pg_database.oid), unnest(setconfig) AS setting
 WHERE datname = current_database() AND starts_with(setting, 'session_replication_role=')
UNION ALL
-- One role owns everything: an owner may take away every trigger.
SELECT 'owner of ' || name, pg_get_userbyid(other)::text
  FROM (SELECT relname, relowner FROM held WHERE relkind <> 'i'
        UNION ALL
        SELECT proname, proowner FROM functions) AS owned (name, other), owner
 WHERE other <> owner.oid
UNION ALL
-- Other roles read, and those that are named add; the step that a database stands at is for the owner to tell.
SELECT format('privilege of %s on %s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END, name),
       privilege_type
  FROM (SELECT relname::text, relowner, relacl FROM held
        UNION ALL
        SELECT relname || '.' || attname, relowner, attacl FROM pg_attribute JOIN held ON held.oid = attrelid
        UNION ALL
        SELECT 'the schema', nspowner, nspacl FROM pg_namespace WHERE oid = current_schema()::regnamespace
       ) AS guarded (name, keeper, acl), aclexplode(acl), owner
 WHERE grantee NOT IN (keeper, owner.oid) AND privilege_type NOT IN ('SELECT', 'USAGE')
       AND NOT (privilege_type = 'INSERT' AND grantee <> 0 AND NOT starts_with(name, 'alembic_version'))
UNION ALL
-- Who adds rows must not be able to become who owns the tables.
SELECT DISTINCT format('membership of %s', pg_get_userbyid(grantee)), format('in %s', pg_get_userbyid(relowner))
  FROM held, aclexplode(relacl)
 WHERE privilege_type = 'INSERT' AND grantee NOT IN (0, relowner) AND pg_has_role(grantee, relowner, 'MEMBER')
