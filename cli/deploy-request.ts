/**
 * What the workflows of a hosted project ask this repository for: a new image, or a preview of a pull request. It comes
 * as the inputs of a workflow; nothing of it is trusted before it is parsed here.
 */
import { z } from 'zod';
import { image, parseImage } from '../stacks/image.ts';
import { label, slugOf } from '../stacks/names.ts';
import { describe, type Problem, problemsOf } from '../stacks/problems.ts';
import type { ProjectSpec } from '../stacks/project.ts';
import { serviceNames } from '../stacks/services.ts';
import { unknownKeys } from '../stacks/used-names.ts';
import { repositoryOf } from './project-repository.ts';

const pinned = image.refine((reference) => parseImage(reference)?.digest !== undefined, {
  message: "expected an image with its digest, such as 'ghcr.io/codeb/api:1.0.0@sha256:…'",
});

/** A value, or its JSON: an input of `workflow_dispatch` is a text. */
function orJson<T>(schema: z.ZodType<T>) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected JSON' });
      return z.NEVER;
    }
  }, schema);
}

const images = orJson(z.record(label, pinned));

const deploy = z.strictObject({
  project: label,
  environment: z.enum(['staging', 'production']),
  images: images.refine((all) => Object.keys(all).length > 0, { message: 'expected one image at least' }),
});

const preview = z.strictObject({
  project: label,
  pullRequest: orJson(z.int().min(1)),
  /** `up` as long as the pull request is open, `destroy` when it is closed. */
  action: z.enum(['up', 'destroy']),
  images: images.default({}),
});

export const requests = { deploy, preview };
export type RequestKind = keyof typeof requests;

/**
 * The outputs of a step, by name; each is one line of plain characters.
 * @throws Error with every problem, by its path
 */
export function outputsOf(
  kind: RequestKind,
  payload: unknown,
  projects: readonly ProjectSpec[],
): Record<string, string> {
  const parsed = z
    .discriminatedUnion('kind', [
      deploy.extend({ kind: z.literal('deploy') }),
      preview.extend({ kind: z.literal('preview') }),
    ])
    .safeParse(typeof payload === 'object' && payload !== null ? { ...payload, kind } : payload);
  if (!parsed.success) throw refusal(problemsOf(parsed.error.issues, 'payload'));
  const request = parsed.data;
  const spec = projects.find(({ name }) => name === request.project);
  if (!spec) {
    const known = projects.map(({ name }) => name).join(', ');
    throw refusal([{ path: 'payload.project', message: `no project '${request.project}', there are ${known}` }]);
  }
  const strange = strangeTo(spec, request);
  if (strange.length > 0) throw refusal(strange);
  const common = { project: request.project, images: JSON.stringify(request.images) };
  if (request.kind === 'deploy') return { ...common, stack: request.environment };
  return {
    ...common,
    stack: slugOf(request.project, { environment: 'preview', pullRequest: request.pullRequest }),
    'pull-request': String(request.pullRequest),
    action: request.action,
    repository: neededRepository(spec),
  };
}

function refusal(problems: readonly Problem[]): Error {
  return new Error(
    ['The request is refused; nothing was changed:', ...problems.map((one) => `  ${describe(one)}`)].join('\n'),
  );
}

type Services = NonNullable<ProjectSpec['services']>;
type Request = z.output<typeof deploy> | z.output<typeof preview>;

/** What the project has not: in the settings, it would have every further plan of the stack refused. */
function strangeTo({ environments, services = {} }: ProjectSpec, request: Request): Problem[] {
  // What goes needs no image, and no place.
  if ('action' in request && request.action === 'destroy') return [];
  const asked = 'environment' in request ? request.environment : 'preview';
  const there = Object.keys(environments);
  const message = `the project has no '${asked}', there are ${there.join(', ')}`;
  return [
    ...(there.includes(asked) ? [] : [{ path: 'payload.environment', message }]),
    ...unknownKeys('payload.images', 'service', request.images, serviceNames(services)),
    ...foreignImages(services, environments[asked]?.images ?? {}, request.images),
  ];
}

/** Whoever may ask for one project puts no other image into its place than one of its own. */
function foreignImages(
  { apps = {}, workers = {} }: Services,
  there: Record<string, string>,
  images: Request['images'],
): Problem[] {
  return Object.entries({ ...apps, ...workers }).flatMap(([service, { image }]): Problem[] => {
    const own = there[service] ?? image;
    const [asked, expected] = [images[service] ?? own, own].map((reference) => parseImage(reference)?.name);
    const message = `is of '${asked}': expected one of '${expected}', as the project's file says`;
    return asked === expected ? [] : [{ path: `payload.images.${service}`, message }];
  });
}

/** Asked whether the pull request is open, so it comes from the project's file, not from the request. */
function neededRepository(spec: ProjectSpec): string {
  const found = repositoryOf(spec);
  if (found !== undefined) return found;
  throw new Error(`project '${spec.name}': 'repository' is missing, expected 'https://github.com/{owner}/{name}'`);
}
