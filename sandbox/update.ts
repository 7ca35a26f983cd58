import { resolve } from 'node:path';
import type { EngineEvent, OutputMap, PolicyEvent, Stack } from '@pulumi/pulumi/automation/index.js';
import type { Progress } from './progress.ts';

/** How an operation is shown once it is done; what stays as it is (`same`) is only counted. */
const MARKS: Readonly<Record<string, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  'create-replacement': '±',
  'delete-replaced': '-',
  delete: '-',
  read: '<',
};

/** What the stacks of users are held to, too. */
const policyPack = resolve(import.meta.dirname, '..', 'policy');

/**
 * Runs `up`, held to the policies, with a line for each resource that changes.
 * @throws Error with the engine's own error messages.
 */
export async function update(stack: Stack, progress: Progress): Promise<OutputMap> {
  return await progress.step(`pulumi up, stack ${stack.name}`, async (say) => {
    const errors: string[] = [];
    const began = new Map<string, number>();
    let unchanged = 0;
    const onEvent = ({ diagnosticEvent, policyEvent, resourcePreEvent, resOutputsEvent }: EngineEvent): void => {
      if (policyEvent?.enforcementLevel === 'mandatory') errors.push(violation(policyEvent));
      else if (policyEvent) progress.line(`    ! ${violation(policyEvent)}`);
      if (diagnosticEvent !== undefined) {
        const text = withoutColour(diagnosticEvent.message).trim();
        if (diagnosticEvent.severity === 'error') errors.push(text);
        else if (diagnosticEvent.ephemeral) say(text);
        else if (diagnosticEvent.severity === 'warning') progress.line(`    ! ${text}`);
      }
      if (resourcePreEvent !== undefined) {
        began.set(resourcePreEvent.metadata.urn, Date.now());
        say(shortName(resourcePreEvent.metadata.urn));
      }
      if (resOutputsEvent === undefined) return;
      const { op, urn } = resOutputsEvent.metadata;
      const mark = MARKS[op];
      if (mark === undefined) {
        unchanged++;
        return;
      }
      const seconds = (Date.now() - (began.get(urn) ?? Date.now())) / 1000;
      progress.line(`    ${mark} ${shortName(urn)} (${seconds.toFixed(1)} s)`);
    };
    try {
      const { outputs } = await stack.up({ onEvent, color: 'never', parallel: 32, policyPacks: [policyPack] });
      if (unchanged > 0) progress.line(`    = ${unchanged} unchanged`);
      return outputs;
    } catch (error) {
      throw errors.length === 0 ? error : new Error([...new Set(errors)].join('\n'), { cause: error });
    }
  });
}

function violation({ policyName, message }: PolicyEvent): string {
  return `policy ${policyName}: ${withoutColour(message).trim()}`;
}

/** `urn:pulumi:{stack}::{project}::{parent types$type}::{name}` as `Type name`. */
function shortName(urn: string): string {
  const [, , types = '', ...name] = urn.split('::');
  return `${types.split(/[$:]/).at(-1)} ${name.join('::')}`;
}

/** The engine writes colours as `<{%fg 1%}>`. */
function withoutColour(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, '');
}
