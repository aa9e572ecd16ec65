-- The user of gateway and workers: what parkwatch_writer may, and no more. Run again, it takes over a changed password.
\set password `cat /run/secrets/store_password`
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor') AS missing \gset
\if :missing
CREATE ROLE monitor LOGIN IN ROLE parkwatch_writer;
\endif
ALTER ROLE monitor PASSWORD :'password';
