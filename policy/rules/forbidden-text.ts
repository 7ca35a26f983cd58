import { z } from 'zod';
import { commandsOf, dockerContainerOf, variablesOf } from '../docker.ts';
import { findForbidden } from '../forbidden-patterns.ts';
import type { Finding, Rule, Subject } from '../rule.ts';
import { filesOf, type Text, unitsOf, workloadOf } from '../workload.ts';

const site = z.object({ content: z.string().optional() });

export const forbiddenText: Rule = {
  name: 'no-forbidden-text',
  description: 'Files, units, sites and containers have nothing that gets past a check or out of a container (S4.10).',
  check: (subject) => [
    ...textsOf(subject).flatMap(({ property, text }) =>
      findForbidden(text).map(({ pattern, line, why }): Finding => ({
        property: `${property}, line ${line}`,
        found: `'${pattern}'`,
        expected: `a text without it: ${why}`,
      })),
    ),
    ...(dockerContainerOf(subject)?.privileged
      ? [{ property: 'privileged', found: 'true', expected: 'false, and single `capabilities` where some are needed' }]
      : []),
  ],
};

function textsOf(subject: Subject): Text[] {
  const workload = workloadOf(subject);
  if (workload) return [...filesOf(workload), ...unitsOf(workload)];
  const container = dockerContainerOf(subject);
  if (container) return [...variablesOf(container), ...commandsOf(container)];
  if (subject.type !== 'codeb:index:CaddySite') return [];
  const { content } = site.parse(subject.inputs);
  return content === undefined ? [] : [{ property: 'content', text: content }];
}
