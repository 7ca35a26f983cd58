/** How databases are known: by their images' names, by the ports they listen on inside and by where they keep data. */

const images =
  /(^|\/)(postgres(ql)?|postgis|timescaledb|pgvector|mysql|mariadb|mongo(db)?|redis(-stack(-server)?)?|valkey|keydb|opensearch|elasticsearch|memcached)([:@]|$)/;

/** Whether an image is a database's: `docker.io/library/postgres:15`. */
export function isDatabase(image: string): boolean {
  return images.test(image);
}

/** Where official images keep data. Source: each image's own page on Docker Hub. */
const folders = /^\/(var\/lib\/(postgresql|mysql|valkey)|data\/db|usr\/share\/(elasticsearch|opensearch)\/data)(\/|$)/;

/** Whether a folder inside of a container is where a database keeps its data: `/var/lib/postgresql/data`. */
export function isDatabaseFolder(folder: string): boolean {
  return folders.test(folder);
}

/** Whether a database that has this folder keeps its data there; that of Redis (`/data`) other images have as well. */
export function keepsData(folder: string): boolean {
  return isDatabaseFolder(folder) || folder === '/data';
}

/** Registered ports. Source: IANA, Service Name and Transport Protocol Port Number Registry; each project's own manual. */
export const databasePorts: ReadonlySet<number> = new Set([3306, 5432, 6379, 9200, 9300, 11211, 27017]);
