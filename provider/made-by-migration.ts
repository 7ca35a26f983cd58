/** What a migration has made itself, so that no running version uses it: tables, columns and triggers. */
import { z } from 'zod';

/** What a row that the running version writes has in a column that it does not know. */
type Given = 'null' | 'constant' | 'volatile' | 'generated';
export type GivenIn = (column: string) => Given | undefined;

/** Every node below, by its kind, but for a function's body: that does not run when the function is made. */
export function* nodesIn(tree: unknown): Generator<[kind: string, body: unknown]> {
  const open = [tree];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== 'object' || part === null) continue;
    for (const [key, below] of Object.entries(part)) {
      if (/^[A-Z]/.test(key)) yield [key, below];
      if (key !== 'CreateFunctionStmt') open.push(below);
    }
  }
}

export function hasNode(tree: unknown, is: (kind: string, body: unknown) => boolean): boolean {
  for (const [kind, body] of nodesIn(tree)) if (is(kind, body)) return true;
  return false;
}

const text = z.object({ String: z.object({ sval: z.string() }) }).transform(({ String }) => String.sval);
/** Its qualified name. Unqualified it is a name of its own: what it means is for the search path to say. */
export const tableName = z
  .object({ schemaname: z.string().optional(), relname: z.string() })
  .transform(({ schemaname, relname }) => (schemaname === undefined ? [relname] : [schemaname, relname]));
const rangeVar = z.object({ RangeVar: tableName }).transform(({ RangeVar }) => RangeVar);
export const partition = z
  .object({ PartitionCmd: z.object({ name: tableName }) })
  .transform((of) => of.PartitionCmd.name);

export const constraint = z
  .object({
    Constraint: z.object({
      contype: z.string(),
      is_enforced: z.boolean().default(false),
      indexname: z.string().optional(),
      nulls_not_distinct: z.boolean().default(false),
      raw_expr: z.unknown().optional(),
      keys: z.array(text).default([]),
      fk_attrs: z.array(text).default([]),
    }),
  })
  .transform(({ Constraint: of }) => ({ ...of, columns: [...of.keys, ...of.fk_attrs, ...columnsIn(of.raw_expr)] }));

const columnReference = z
  .object({ fields: z.array(z.unknown()) })
  .transform(({ fields }) => text.safeParse(fields.at(-1)).data ?? '*');

function columnsIn(expression: unknown): string[] {
  const references = [...nodesIn(expression)].filter(([kind]) => kind === 'ColumnRef');
  return references.map(([, body]) => columnReference.parse(body));
}

export const columnDefinition = z
  .object({
    ColumnDef: z.object({
      colname: z.string(),
      typeName: z.object({ names: z.array(text) }),
      constraints: z.array(constraint).default([]),
    }),
  })
  .transform(({ ColumnDef }) => ColumnDef);

const alteration = z.object({
  subtype: z.string(),
  name: z.string().default(''),
  def: z.unknown().optional(),
  missing_ok: z.boolean().default(false),
});
export const alterTable = z
  .object({ relation: tableName, objtype: z.string(), cmds: z.array(z.object({ AlterTableCmd: alteration })) })
  .transform(({ relation, objtype, cmds }) => ({ table: relation, objtype, cmds: cmds.map((of) => of.AlterTableCmd) }));

const nothing = z.object({ A_Const: z.object({ isnull: z.literal(true) }) });
const nullDefault = z.union([z.undefined(), nothing, z.object({ TypeCast: z.object({ arg: nothing }) })]);

export function givenByDefault(expression: unknown): Given {
  if (nullDefault.safeParse(expression).success) return 'null';
  return hasNode(expression, (kind) => kind === 'FuncCall') ? 'volatile' : 'constant';
}

export function givenBy({ typeName, constraints }: z.output<typeof columnDefinition>): Given {
  const kinds = constraints.map(({ contype }) => contype);
  if (kinds.includes('CONSTR_GENERATED')) return 'generated';
  if (kinds.includes('CONSTR_IDENTITY') || /^(?:big|small)?serial[248]?$/.test(typeName.names.at(-1) ?? ''))
    return 'volatile';
  return givenByDefault(constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr);
}

type Name = readonly string[];
const keyOf = (...names: Name) => JSON.stringify(names);

const into = z.object({ rel: tableName, onCommit: z.string() });
const creation = z.object({
  relation: tableName.optional(),
  oncommit: z.string().optional(),
  into: into.optional(),
  intoClause: into.optional(),
  if_not_exists: z.boolean().default(false),
  partbound: z.unknown().optional(),
  inhRelations: z.array(rangeVar).default([]),
});
const triggerCreation = z
  .object({ CreateTrigStmt: z.object({ relation: tableName, trigname: z.string() }) })
  .transform(({ CreateTrigStmt }) => keyOf(...CreateTrigStmt.relation, CreateTrigStmt.trigname));

/** The tables that a statement is about. */
const targets = z.union([
  z.object({ relation: tableName }).transform(({ relation }) => [relation]),
  z.object({ table: tableName }).transform(({ table }) => [table]),
  z.object({ objects: z.array(rangeVar).min(1) }).transform(({ objects }) => objects),
]);
const assignment = z.object({ ResTarget: z.object({ name: z.string() }) });
const update = z.object({ relation: tableName, targetList: z.array(assignment) });
const list = z.object({ List: z.object({ items: z.array(text) }) });
const triggerDrop = z.object({ removeType: z.literal('OBJECT_TRIGGER'), objects: z.array(list) });
const movedTable = z.object({ relation: tableName, subname: z.undefined().optional() });

/** Where a name may mean another table afterwards, or what was made may be gone. */
const ends: Record<string, z.ZodType> = {
  VariableSetStmt: z.object({ name: z.enum(['search_path', 'role', 'session_authorization']).optional() }),
  DiscardStmt: z.unknown(),
  TransactionStmt: z.object({ kind: z.string().regex(/COMMIT|ROLLBACK|PREPARE/) }),
  FuncCall: z.object({ funcname: z.array(text).refine((names) => names.at(-1) === 'set_config') }),
};

export class MadeByMigration {
  readonly #tables = new Set<string>();
  readonly #columns = new Map<string, Given>();
  readonly #triggers: ReadonlySet<string>;

  constructor(statements: readonly unknown[]) {
    // Also those that are made later: one that is dropped before is replaced.
    this.#triggers = new Set(statements.flatMap((statement) => triggerCreation.safeParse(statement).data ?? []));
  }

  hasTable(table: Name): boolean {
    return this.#tables.has(keyOf(...table));
  }

  given(table: Name, column: string): Given | undefined {
    return this.#columns.get(keyOf(...table, column));
  }

  /** Whether a statement is about nothing else. */
  owns(body: unknown): boolean {
    const updated = update.safeParse(body).data;
    if (updated?.targetList.every(({ ResTarget }) => this.given(updated.relation, ResTarget.name))) return true;
    const triggers = triggerDrop.safeParse(body).data?.objects;
    if (triggers?.every(({ List }) => this.#triggers.has(keyOf(...List.items)))) return true;
    return targets.safeParse(body).data?.every((table) => this.hasTable(table)) ?? false;
  }

  /** What a statement makes, before it is judged: an ALTER TABLE may use what it adds. */
  add(kind: string, body: unknown): void {
    const made = this.#createdBy(kind, body);
    if (made !== undefined) this.#tables.add(keyOf(...made));
    if (kind !== 'AlterTableStmt') return;
    const { table, cmds } = alterTable.parse(body);
    for (const { subtype, name, def, missing_ok } of cmds) {
      const key = keyOf(...table, name);
      if (subtype === 'AT_ColumnDefault' && this.#columns.has(key)) this.#columns.set(key, givenByDefault(def));
      if (subtype !== 'AT_AddColumn' || missing_ok) continue;
      const column = columnDefinition.parse(def);
      this.#columns.set(keyOf(...table, column.colname), givenBy(column));
    }
  }

  /** What a later statement must not take for its own. */
  forget(kind: string, body: unknown): void {
    if (hasNode({ [kind]: body }, (part, of) => ends[part]?.safeParse(of).success === true)) {
      this.#tables.clear();
      this.#columns.clear();
    }
    const moved = ['RenameStmt', 'AlterObjectSchemaStmt'].includes(kind) ? movedTable.safeParse(body).data : undefined;
    if (moved !== undefined) this.#tables.delete(keyOf(...moved.relation));
    if (kind !== 'AlterTableStmt') return;
    const { table, cmds } = alterTable.parse(body);
    // The running version's rows get into a partition, and what is done to a parent is done to its children.
    for (const { subtype, def } of this.hasTable(table) ? [] : cmds) {
      if (subtype === 'AT_AttachPartition') this.#tables.delete(keyOf(...partition.parse(def)));
      if (subtype === 'AT_AddInherit') this.#tables.delete(keyOf(...rangeVar.parse(def)));
    }
  }

  #createdBy(kind: string, body: unknown): Name | undefined {
    if (!['CreateStmt', 'CreateTableAsStmt', 'SelectStmt'].includes(kind)) return undefined;
    const made = creation.parse(body);
    const query = made.into ?? made.intoClause;
    if (made.if_not_exists || (made.oncommit ?? query?.onCommit) === 'ONCOMMIT_DROP') return undefined;
    if (made.partbound !== undefined && !made.inhRelations.every((parent) => this.hasTable(parent))) return undefined;
    return made.relation ?? query?.rel;
  }
}
