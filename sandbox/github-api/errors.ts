/** Errors as GitHub words them: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** One of `errors` in an answer: a sentence, or what of which resource is wrong. */
export type Detail = string | { resource: string; code: string; field: string; message?: string };

export class ApiError extends Error {
  readonly status: ContentfulStatusCode;
  readonly details: Detail[] | undefined;

  constructor(status: ContentfulStatusCode, message: string, details?: Detail[]) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

export function validationFailed(...details: Detail[]): ApiError {
  return new ApiError(422, 'Validation Failed', details);
}

/** A body or a parameter of another form than the endpoint takes. */
export function invalidRequest(problem: string): ApiError {
  return new ApiError(422, `Invalid request.\n\n${problem}`);
}
