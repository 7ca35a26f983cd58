/** A string somewhere in a resource's inputs. */
export interface Leaf {
  /** For instance `units.shop-app.container.content`. */
  readonly property: string;
  readonly text: string;
}

export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'string') return [{ property: path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}
