/** How a project gets its own part of the databases that it shares: idempotent, and nothing is ever dropped. */

/**
 * The role, its password and its database, as psql reads them. Names are plain (stacks/project.ts), so quoting is all
 * they need; statements with the password stay out of the server's log even when they fail.
 */
export function postgresAccess(database: string, password: string): string {
  return `SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SELECT 'CREATE ROLE "${database}"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${database}') \\gexec
ALTER ROLE "${database}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '${password}';
SELECT 'CREATE DATABASE "${database}" OWNER "${database}"'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}') \\gexec
REVOKE ALL ON DATABASE "${database}", postgres FROM PUBLIC;
`;
}

/** A user whose keys and channels all begin with its name. Source: redis.io, "ACL". */
export function redisAccess(user: string, password: string): string {
  // INFO is @dangerous, and clients ask it whether Redis is ready.
  const commands = '+@all -@admin -@dangerous +info';
  return `ACL SETUSER ${user} reset on >${password} ~${user}:* &${user}:* ${commands}\nACL SAVE\n`;
}

/** Shell commands that read the above from standard input, for the containers of the instance. */
export const accessCommands = {
  postgres: 'PGPASSWORD=$POSTGRES_PASSWORD exec psql -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres',
  // redis-cli reports success whatever Redis answered.
  redis: `answer=$(redis-cli); [ "$(echo "$answer" | grep -cx OK)" = 2 ] || { echo "$answer" | sed "s/>[^ ']*/>…/" >&2; exit 1; }`,
} as const;
