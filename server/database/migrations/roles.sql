-- Three roles for PostgreSQL, each with what it needs and no more. Run it in the database as a superuser, before the
-- first `seawall db upgrade`, and again after each one; it may be run any number of times. Passwords are yours to set.
--
--   seawall_owner    makes the tables: seawall db upgrade
--   seawall_app      reads and adds: seawall serve
--   seawall_auditor  reads: seawall db verify, psql
DO $$
DECLARE
  role text;
  table_name text;
BEGIN
  FOREACH role IN ARRAY ARRAY['seawall_owner', 'seawall_app', 'seawall_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', role);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
  END LOOP;
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  GRANT CREATE ON SCHEMA public TO seawall_owner;
  FOR table_name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, seawall_app, seawall_auditor', table_name);
    EXECUTE format('GRANT SELECT ON %I TO seawall_app, seawall_auditor', table_name);
    IF table_name <> 'alembic_version' THEN
      EXECUTE format('GRANT INSERT ON %I TO seawall_app', table_name);
    END IF;
  END LOOP;
END $$;
