/** S1.6: what the program asks of R2 for a bucket. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { ProjectSpec } from '../../stacks/project.ts';
import { project } from '../stacks/inputs.ts';
import type { Registered } from './mocked-engine.ts';
import { accountId, inputsOf, registeredAlone } from './one-project.ts';

// The mocked engine has one id for all permission groups.
vi.mock('@pulumi/cloudflare/getApiTokenPermissionGroupsList.js', async () => {
  const { output } = await import('@pulumi/pulumi');
  return {
    getApiTokenPermissionGroupsListOutput: ({ name }: { name: string }) => ({
      results: output([{ id: `id of '${name}'`, name }]),
    }),
  };
});

const shop = (bucket: Partial<ProjectSpec['bucket']>) =>
  project('shop', { domain: { base: 'shop.dev' }, bucket: { location: 'EEUR', ...bucket } });

describe('S1.6: a bucket', () => {
  let registered: Registered[];
  beforeAll(async () => {
    const bucket = {
      abandonedUploadDays: 2,
      expireDays: { 'exports/': 30, 'previews/': 1 },
      corsOrigins: ['https://editor.example.com'],
    };
    registered = await registeredAlone({ spec: shop(bucket) });
  });

  test('is where the project file says, and has the name of the slug', () => {
    expect(inputsOf(registered, 'R2Bucket')).toEqual([{ accountId, name: 'shop', location: 'EEUR' }]);
  });

  test('answers browsers on the project’s own URLs and those that it names, and no other', async () => {
    const asked = (found: Registered[]) => inputsOf(found, 'R2BucketCors');
    const rule = (...origins: string[]) => ({
      id: 'own-sites',
      allowed: { methods: ['GET', 'HEAD', 'PUT'], origins, headers: ['content-type'] },
      exposeHeaders: ['etag'],
      maxAgeSeconds: 3600,
    });
    expect(asked(registered)).toEqual([
      { accountId, bucketName: 'shop', rules: [rule('https://shop.shop.dev', 'https://editor.example.com')] },
    ]);
    expect(asked(await registeredAlone({ spec: shop({}) }))).toMatchObject([
      { rules: [rule('https://shop.shop.dev')] },
    ]);
  });

  test('drops uploads that nobody finished, and each prefix after its days', () => {
    const day = 86_400;
    const after = (days: number) => ({ condition: { type: 'Age', maxAge: days * day } });
    expect(inputsOf(registered, 'R2BucketLifecycle')).toEqual([
      {
        accountId,
        bucketName: 'shop',
        rules: [
          {
            id: 'abandoned-uploads',
            enabled: true,
            conditions: { prefix: '' },
            abortMultipartUploadsTransition: after(2),
          },
          {
            id: 'expire exports/',
            enabled: true,
            conditions: { prefix: 'exports/' },
            deleteObjectsTransition: after(30),
          },
          {
            id: 'expire previews/',
            enabled: true,
            conditions: { prefix: 'previews/' },
            deleteObjectsTransition: after(1),
          },
        ],
      },
    ]);
  });

  test('S0.6: has a token that writes its objects, and nothing else', () => {
    expect(inputsOf(registered, 'ApiToken')).toEqual([
      {
        name: 'codeb shop-bucket',
        policies: [
          {
            effect: 'allow',
            permissionGroups: [{ id: "id of 'Workers R2 Storage Bucket Item Write'" }],
            resources: JSON.stringify({ [`com.cloudflare.edge.r2.bucket.${accountId}_default_shop`]: '*' }),
          },
        ],
      },
    ]);
  });
});
