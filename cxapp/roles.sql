-- Run by the superuser in template1, so that every database made later has it all.
-- Used by docker-compose.yml, by `make demo` and by the tests alike. May run twice.

-- The owner migrates. It is no superuser: FORCE ROW LEVEL SECURITY binds it too.
DO $$ BEGIN
  CREATE ROLE cxapp_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

-- The application serves. It owns nothing and cannot step around row-level security.
DO $$ BEGIN
  CREATE ROLE cxapp_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

GRANT USAGE ON SCHEMA public TO cxapp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cxapp_owner
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cxapp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cxapp_owner
  GRANT USAGE ON SEQUENCES TO cxapp_app;
