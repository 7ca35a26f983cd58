/**
 * Statements that the version which runs now would not survive, or that lose data. Read by PostgreSQL's own parser:
 * https://github.com/pganalyze/libpg_query. Source of the rule: PaintShare's operations plan, 2.3 and 6.3.
 */
import { z } from 'zod';
import {
  type GivenIn,
  MadeByMigration,
  alterTable,
  columnDefinition,
  constraint,
  givenBy,
  givenByDefault,
  hasNode,
  nodesIn,
  partition,
  tableName,
} from './made-by-migration.ts';

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

/** @throws Error where the text is no SQL that PostgreSQL reads */
export async function destructiveIn(sql: string): Promise<Destructive[]> {
  // Loaded only where there is something to read: it is a compiled PostgreSQL.
  const { loadModule, parseSync } = await import('libpg-query');
  await loadModule();
  const bytes = Buffer.from(sql);
  const { stmts } = parsed.parse(parseSync(sql));
  const made = new MadeByMigration(stmts.map(({ stmt }) => stmt));
  return stmts.flatMap(({ stmt, stmt_location: from, stmt_len: length }) => {
    const [kind = '', body] = Object.entries(stmt)[0] ?? [];
    made.add(kind, body);
    const why = lossIn(stmt, made);
    made.forget(kind, body);
    if (why === undefined) return [];
    const statement = bytes.subarray(from, length === undefined ? undefined : from + length).toString();
    const skipped = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(statement)?.[0] ?? '';
    const line = bytes.subarray(0, from).toString().concat(skipped).split('\n').length;
    return [{ line, statement: statement.slice(skipped.length).replace(/\s+/g, ' ').slice(0, 80), why }];
  });
}

/** Of its parts too: a WITH, COPY or PREPARE has statements in it. */
function lossIn(stmt: unknown, made: MadeByMigration): string | undefined {
  for (const [kind, body] of nodesIn(stmt)) {
    const why = kind.endsWith('Stmt') ? lossOf(kind, body, made) : undefined;
    if (why !== undefined) return why;
  }
  return undefined;
}

function lossOf(kind: string, body: unknown, made: MadeByMigration): string | undefined {
  if (kind === 'AlterTableStmt') return lossOfAlterTable(body, made);
  if (made.owns(body)) return undefined;
  if (kind === 'IndexStmt') return refusalByIndex(body, made);
  return statements.find(([kinds, of]) => kinds.test(kind) && of.safeParse(body).success)?.[2];
}

const refuses = 'refuses rows that the running version may write';
const asks = 'asks for a value that the running version does not give';
const drops = 'drops what the running version may use';
const dropsConstraint = 'drops a constraint that the running version may rely on';
const dropsDefault = 'drops a default that the running version may rely on';
const hides = 'hides rows that the running version may read';
const renames = 'renames what the running version calls by its name';
const takesRight = 'takes a right away that the running version may need';

const any = z.unknown();
const absent = z.literal(false).optional();
const notOneOf = (...names: string[]) => z.string().refine((name) => !names.includes(name));
const nullDefault = any.refine((expression) => givenByDefault(expression) === 'null').optional();
/** A condition that names no column holds for every row or for none. */
const noRow = any.refine((one) => !hasNode(one, (kind) => kind === 'ColumnRef' || kind === 'CurrentOfExpr')).optional();
const deletion = z.object({ MergeWhenClause: z.object({ commandType: z.literal('CMD_DELETE') }) });
const deletions = z.array(any).refine((clauses) => clauses.some((clause) => deletion.safeParse(clause).success));
const alwaysGenerated = z.object({ Constraint: z.object({ generated_when: z.literal('a') }) });

const statements: readonly (readonly [kind: RegExp, of: z.ZodType, why: string])[] = [
  [/^DropStmt$/, z.object({ removeType: notOneOf('OBJECT_INDEX', 'OBJECT_STATISTIC_EXT') }), drops],
  [/^Drop(?:Owned|Role|Subscription|TableSpace|UserMapping)Stmt$/, any, drops],
  [/^DropdbStmt$/, any, 'drops a database'],
  [/^(?:Do|Call)Stmt$/, any, 'runs statements that only show when they run'],
  [/^TruncateStmt$/, any, 'deletes every row'],
  [/^DeleteStmt$/, z.object({ whereClause: noRow }), 'deletes every row'],
  [/^MergeStmt$/, z.object({ mergeWhenClauses: deletions }), 'deletes rows that the running version may read'],
  [/^UpdateStmt$/, z.object({ whereClause: noRow }), 'overwrites a value in every row'],
  [/^RefreshMatViewStmt$/, z.object({ skipData: z.literal(true) }), 'empties a view that the running version may read'],
  [/^RenameStmt$/, z.object({ renameType: notOneOf('OBJECT_INDEX') }), renames],
  [/^AlterEnumStmt$/, z.object({ oldVal: z.string() }), renames],
  [/^AlterObjectSchemaStmt$/, any, 'moves what the running version calls by its name'],
  [/^AlterDomainStmt$/, z.object({ subtype: z.enum(['C', 'O']) }), refuses],
  [/^AlterDomainStmt$/, z.object({ subtype: z.literal('X') }), dropsConstraint],
  [/^AlterDomainStmt$/, z.object({ subtype: z.literal('T'), def: nullDefault }), dropsDefault],
  [/^CreatePolicyStmt$/, z.object({ permissive: absent }), hides],
  [/^AlterPolicyStmt$/, any, hides],
  [/^RuleStmt$/, z.object({ instead: z.literal(true) }), 'does something else than the running version asks for'],
  [/^Grant(?:Role)?Stmt$/, z.object({ is_grant: absent }), takesRight],
  [/^(?:AlterOwner|AlterRole|ReassignOwned)Stmt$/, any, takesRight],
];

const alterations: readonly (readonly [subtype: RegExp, of: z.ZodType, why: string])[] = [
  [/^AT_DropColumn$/, any, 'drops a column that the running version may read'],
  [/^AT_AlterColumnType$/, any, 'changes the type of a column under the running version'],
  [/^AT_SetExpression$/, any, 'changes the values of a column under the running version'],
  [/^AT_DropConstraint$/, any, dropsConstraint],
  [/^AT_AlterConstraint$/, any, 'changes a constraint that the running version may rely on'],
  [/^AT_Drop(?:Expression|Identity)$/, any, dropsDefault],
  [/^AT_ColumnDefault$/, z.object({ def: nullDefault }), dropsDefault],
  [/^AT_AddIdentity$/, z.object({ def: alwaysGenerated }), refuses],
  [/^AT_SetIdentity$/, any, 'changes the keys that the running version is given'],
  [/^AT_(?:DetachPartition|DropInherit)/, any, 'takes rows out of a table that the running version may read'],
  [/^AT_SetUnLogged$/, any, 'loses every row in a crash'],
  [/^AT_(?:Enable|Force)RowSecurity$/, any, hides],
  [/^AT_(?:Disable|NoForce)RowSecurity$/, any, 'shows rows that were hidden from the running version'],
  [/^AT_(?:Disable|EnableReplica)(?:Trig|Rule)/, any, 'turns off what the running version may rely on'],
  [/^AT_ChangeOwner$/, any, takesRight],
];

function lossOfAlterTable(body: unknown, made: MadeByMigration): string | undefined {
  const { table, objtype, cmds } = alterTable.parse(body);
  for (const cmd of cmds) {
    // From now on its rows have to be within its bounds.
    if (cmd.subtype === 'AT_AttachPartition' && objtype === 'OBJECT_TABLE' && !made.hasTable(partition.parse(cmd.def)))
      return refuses;
    if (made.hasTable(table)) continue;
    const rule = alterations.find(([subtype, of]) => subtype.test(cmd.subtype) && of.safeParse(cmd).success);
    const why = rule?.[2] ?? refusalByAlteration(cmd, (column) => made.given(table, column));
    if (why !== undefined) return why;
  }
  return undefined;
}

type Alteration = z.output<typeof alterTable>['cmds'][number];

function refusalByAlteration({ subtype, name, def }: Alteration, given: GivenIn): string | undefined {
  if (subtype === 'AT_SetNotNull') return refusalBy({ contype: 'CONSTR_NOTNULL', columns: [name] }, given);
  if (subtype === 'AT_AddConstraint') return refusalBy(constraint.parse(def), given);
  if (subtype !== 'AT_AddColumn') return undefined;
  const column = columnDefinition.parse(def);
  const own = givenBy(column);
  return column.constraints
    .map((one) => ({ ...one, columns: one.columns.length === 0 ? [column.colname] : one.columns }))
    .map((one) => refusalBy(one, (other) => (other === column.colname ? own : given(other))))
    .find((why) => why !== undefined);
}

/** An element that is an expression has no name. */
const element = z.object({ IndexElem: z.object({ name: z.string().default('') }) });
const uniqueIndex = z.object({
  relation: tableName,
  unique: z.literal(true),
  nulls_not_distinct: z.boolean().default(false),
  indexParams: z.array(element),
});

function refusalByIndex(body: unknown, made: MadeByMigration): string | undefined {
  const index = uniqueIndex.safeParse(body).data;
  if (index === undefined) return undefined;
  const columns = index.indexParams.map(({ IndexElem }) => IndexElem.name);
  return refusalBy({ ...index, contype: 'CONSTR_UNIQUE', columns }, (column) => made.given(index.relation, column));
}

type Limit = Pick<z.output<typeof constraint>, 'contype' | 'columns'> & Partial<z.output<typeof constraint>>;

/** What may be false of a null; most else is null then, which a CHECK takes. */
const nullAware =
  /"(?:NullTest|BooleanTest|CoalesceExpr|CaseExpr|MinMaxExpr|AEXPR_(?:NOT_)?DISTINCT|num_(?:non)?nulls)"/;

/** Whether it may refuse a row that has in new columns only what the database itself gives. */
function refusalBy(limit: Limit, given: GivenIn): string | undefined {
  const values = limit.columns.map(given);
  const hasNull = values.includes('null');
  const isDistinct = values.includes('volatile');
  const isNew = values.length > 0 && values.every((value) => value !== undefined && value !== 'generated');
  const takes: Record<string, boolean> = {
    CONSTR_NOTNULL: !hasNull && !values.includes(undefined),
    CONSTR_PRIMARY: !hasNull && isNew && isDistinct,
    // An index that is there refuses the same already.
    CONSTR_UNIQUE: limit.indexname !== undefined || (hasNull && !limit.nulls_not_distinct) || isDistinct,
    CONSTR_EXCLUSION: false,
    CONSTR_FOREIGN: !limit.is_enforced || isNew,
    CONSTR_CHECK: !limit.is_enforced || (isNew && !(hasNull && nullAware.test(JSON.stringify(limit.raw_expr)))),
  };
  if (takes[limit.contype] ?? true) return undefined;
  return hasNull && /NOTNULL|PRIMARY/.test(limit.contype) ? asks : refuses;
}
