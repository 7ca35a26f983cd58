/** How databases are known: by their images' names and by the ports they listen on inside. */

const images =
  /(^|\/)(postgres(ql)?|postgis|timescaledb|pgvector|mysql|mariadb|mongo(db)?|redis(-stack(-server)?)?|valkey|keydb|opensearch|elasticsearch|memcached)([:@]|$)/;

/** Whether an image is a database's: `docker.io/library/postgres:15`. */
export function isDatabase(image: string): boolean {
  return images.test(image);
}

/** Registered ports. Source: IANA, Service Name and Transport Protocol Port Number Registry; each project's own manual. */
export const databasePorts: ReadonlySet<number> = new Set([3306, 5432, 6379, 9200, 9300, 11211, 27017]);
