/** An error says what state things are in. */
import type { StandInResource } from '../contract/resource.ts';
import { type CloudflareApi, CloudflareError } from './api.ts';

type Resource = StandInResource<CloudflareApi>;

const lost = 'is not known, as its answer was lost: look with "pulumi refresh" before the next update';

/** The resource with errors that tell whether anything was done. */
export function tellingOutcome(resource: Resource): Resource {
  return {
    ...resource,
    create: (...args) => told(resource.create(...args), 'nothing was made', `whether it was made ${lost}`),
    update: (...args) => told(resource.update(...args), 'it is as it was before', `whether it was changed ${lost}`),
    delete: (...args) => told(resource.delete(...args), 'it is still there', `whether it was deleted ${lost}`),
  };
}

async function told<T>(work: Promise<T>, whenRefused: string, whenLost: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CloudflareError)) throw error;
    throw new Error(`${error.message}; ${error.outcome === 'refused' ? whenRefused : whenLost}`, { cause: error });
  }
}
