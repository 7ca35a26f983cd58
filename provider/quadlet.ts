/** What the provider has to know of Quadlet units: podman-systemd.unit(5). */

interface Unit {
  readonly content: string;
  /** Paths of the workload's files. */
  readonly restartOn: readonly string[];
}

type Units = Readonly<Record<string, Unit>>;

/** The service that Quadlet generates from a unit file: `x.container` → `x.service`, `x.pod` → `x-pod.service`, … */
export function serviceOf(unit: string): string {
  const dot = unit.lastIndexOf('.');
  const [name, kind] = [unit.slice(0, dot), unit.slice(dot + 1)];
  return kind === 'container' ? `${name}.service` : `${name}-${kind}.service`;
}

/** Values of a key, in order; a later section's are taken as well, since Quadlet's keys do not repeat across sections. */
export function valuesOf(content: string, key: string): string[] {
  return content
    .split('\n')
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1).trim());
}

/** Name of the container in Podman and in the journal, or `-` for a unit that is none. */
export function containerOf(unit: string, content: string): string {
  if (!unit.endsWith('.container')) return '-';
  return valuesOf(content, 'ContainerName')[0] ?? `systemd-${unit.slice(0, unit.lastIndexOf('.'))}`;
}

/** Image references that the units name, each once. */
export function imagesOf(units: Units): string[] {
  return [...new Set(Object.values(units).flatMap(({ content }) => valuesOf(content, 'Image')))].sort();
}

/** What a service is made of: its unit, the files it reads, and its pod's and network's, since it restarts with them. */
export function usesOf(units: Units, unit: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const path = `units/${name}`;
    const part = units[name];
    if (!part || found.has(path)) return;
    found.add(path);
    for (const file of part.restartOn) found.add(`files/${file}`);
    for (const value of ['Pod', 'Network'].flatMap((key) => valuesOf(part.content, key)))
      visit(value.split(':')[0] ?? '');
  };
  visit(unit);
  return [...found].sort();
}
