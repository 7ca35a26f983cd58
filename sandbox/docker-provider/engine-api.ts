/** The Engine API: https://docs.docker.com/reference/api/engine/; Podman serves it as well. */
import { request as httpRequest } from 'node:http';
import { z } from 'zod';
import { safeJson } from '../../provider/grpc-messages.ts';
import type { Connect } from './host.ts';

export class EngineError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** The newest version that this client was written for. */
const newest = '1.44';

export class EngineApi {
  readonly #connect: Connect;
  #version: Promise<string> | undefined;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** @throws EngineError with what the engine says */
  async ask<T>(request: EngineRequest, result: z.ZodType<T>): Promise<T> {
    return result.parse(safeJson((await this.bytes(request)).toString('utf8')));
  }

  /** The same; 404 is `undefined`. */
  async find<T>(request: EngineRequest, result: z.ZodType<T>): Promise<T | undefined> {
    try {
      return await this.ask(request, result);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  async bytes({ path, ...rest }: EngineRequest): Promise<Buffer> {
    this.#version ??= this.#negotiated().catch((error: unknown) => {
      this.#version = undefined;
      throw error;
    });
    const { status, body } = await this.#sent({ ...rest, path: `/v${await this.#version}${path}` });
    if (status < 400) return body;
    const text = body.toString('utf8');
    const said = z.object({ message: z.string() }).safeParse(safeJson(text)).data?.message ?? text.slice(0, 200);
    throw new EngineError(`Docker: ${rest.method} ${path}: HTTP ${status}: ${said}`, status);
  }

  /** The older one of both sides' newest: https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk */
  async #negotiated(): Promise<string> {
    const { headers } = await this.#sent({ method: 'GET', path: '/_ping' });
    const theirs = z.string().catch(newest).parse(headers['api-version']);
    const [ours = 0, its = 0] = [newest, theirs].map((version) => Number(version.split('.')[1]));
    return its < ours ? theirs : newest;
  }

  async #sent({ method, path, query = {}, body, headers = {} }: EngineRequest): Promise<Answer> {
    const socket = await this.#connect();
    const isRaw = body instanceof Uint8Array;
    const payload = body === undefined ? undefined : isRaw ? body : Buffer.from(JSON.stringify(body));
    const search = new URLSearchParams(query).toString();
    return await new Promise((resolve, reject) => {
      const request = httpRequest({
        method,
        path: search === '' ? path : `${path}?${search}`,
        createConnection: () => socket,
        headers: {
          host: 'docker',
          connection: 'close',
          ...(payload && { 'content-type': isRaw ? 'application/x-tar' : 'application/json' }),
          ...(payload && { 'content-length': String(payload.length) }),
          ...headers,
        },
      });
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          socket.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      request.once('error', (error) => reject(new Error(`Docker: ${method} ${path}: ${error.message}`)));
      request.end(payload);
    });
  }
}
