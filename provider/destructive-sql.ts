/**
 * Statements that the version which runs now would not survive, or that lose data. Read by PostgreSQL's own parser:
 * https://github.com/pganalyze/libpg_query. Source of the rule: PaintShare's operations plan, 2.3 and 6.3.
 */
import { z } from 'zod';

export interface Destructive {
  /** From 1. */
  line: number;
  /** Its first words. */
  statement: string;
  why: string;
}

const node = z.record(z.string(), z.unknown());
const parsed = z.object({
  stmts: z.array(z.object({ stmt: node, stmt_location: z.int().default(0), stmt_len: z.int().optional() })).default([]),
});
const constraint = z.object({ Constraint: z.object({ contype: z.string() }) });
const columnDefinition = z.object({ ColumnDef: z.object({ constraints: z.array(constraint).default([]) }) });
const alteration = z.object({
  AlterTableCmd: z.object({ subtype: z.string(), name: z.string().optional(), def: z.unknown().optional() }),
});

const losses: Record<string, string> = {
  AT_DropColumn: 'drops a column that the running version may read',
  AT_AlterColumnType: 'changes the type of a column under the running version',
  AT_SetNotNull: 'refuses rows that the running version may write',
  AT_DropConstraint: 'drops a constraint that the running version may rely on',
};

const harmless = ['OBJECT_INDEX', 'OBJECT_TRIGGER', 'OBJECT_COMMENT'];

/** @throws Error where the text is no SQL that PostgreSQL reads */
export async function destructiveIn(sql: string): Promise<Destructive[]> {
  // Loaded only where there is something to read: it is a compiled PostgreSQL.
  const { loadModule, parseSync } = await import('libpg-query');
  await loadModule();
  const bytes = Buffer.from(sql);
  const created = new Set<string>();
  return parsed.parse(parseSync(sql)).stmts.flatMap(({ stmt, stmt_location: from, stmt_len: length }) => {
    const [kind = '', body] = Object.entries(stmt)[0] ?? [];
    const relation = relationOf(body);
    // What a migration makes itself it may change: nobody uses it yet.
    if (kind === 'CreateStmt' && relation !== undefined) created.add(relation);
    if (relation !== undefined && created.has(relation)) return [];
    const why = lossOf(kind, body);
    if (why === undefined) return [];
    const text = bytes.subarray(from, length === undefined ? undefined : from + length).toString();
    const skipped = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';
    const line = bytes.subarray(0, from).toString().concat(skipped).split('\n').length;
    return [{ line, statement: text.slice(skipped.length).replace(/\s+/g, ' ').slice(0, 80), why }];
  });
}

function relationOf(body: unknown): string | undefined {
  return z.object({ relation: z.object({ relname: z.string() }) }).safeParse(body).data?.relation.relname;
}

function lossOf(kind: string, body: unknown): string | undefined {
  const fields = node.safeParse(body).data ?? {};
  switch (kind) {
    case 'DropStmt':
      return harmless.includes(String(fields.removeType)) ? undefined : 'drops what the running version may use';
    case 'DoStmt':
      return 'runs statements that only show when they run';
    case 'DropdbStmt':
      return 'drops a database';
    case 'TruncateStmt':
      return 'deletes every row';
    case 'RenameStmt':
      return String(fields.renameType) === 'OBJECT_INDEX'
        ? undefined
        : 'renames what the running version calls by its name';
    case 'DeleteStmt':
      return fields.whereClause === undefined ? 'deletes every row' : undefined;
    case 'AlterTableStmt':
      return z
        .array(alteration)
        .parse(fields.cmds ?? [])
        .map(({ AlterTableCmd }) => losses[AlterTableCmd.subtype] ?? addition(AlterTableCmd))
        .find((why) => why !== undefined);
    default:
      return undefined;
  }
}

/** A new column that has to be filled, which the running version does not do. */
function addition({ subtype, def }: { subtype: string; def?: unknown }): string | undefined {
  if (subtype !== 'AT_AddColumn') return undefined;
  const kinds =
    columnDefinition.safeParse(def).data?.ColumnDef.constraints.map(({ Constraint }) => Constraint.contype) ?? [];
  if (!kinds.includes('CONSTR_NOTNULL')) return undefined;
  const filled = ['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY'].some((one) => kinds.includes(one));
  return filled ? undefined : 'asks for a value that the running version does not give';
}
