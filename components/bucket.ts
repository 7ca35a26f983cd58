import { createHash } from 'node:crypto';
import { R2Bucket } from '@pulumi/cloudflare/r2bucket.js';
import { R2BucketCors } from '@pulumi/cloudflare/r2bucketCors.js';
import { R2BucketLifecycle } from '@pulumi/cloudflare/r2bucketLifecycle.js';
import * as pulumi from '@pulumi/pulumi';
import type { PlannedBucket } from '../stacks/planned-project.ts';
import { scopedToken } from './api-token.ts';

export interface BucketArgs {
  /** As the plan has it. */
  bucket: PlannedBucket;
  /** Of Cloudflare. */
  accountId: string;
  /** Whether Pulumi refuses to delete or replace it. */
  protect: boolean;
}

/**
 * A bucket on R2 with the credentials of an S3 client for it alone.
 *
 * @example new Bucket('shop', { bucket: plannedProject.bucket, accountId, protect: true })
 */
export class Bucket extends pulumi.ComponentResource {
  /** URL of the account's S3 API. */
  readonly endpoint: string;
  /** Of the bucket. */
  readonly name: pulumi.Output<string>;
  /** Name of the key that an S3 client has. */
  readonly accessKeyId: pulumi.Output<string>;
  /** That key; a secret. */
  readonly secretAccessKey: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super('codeb:index:Bucket', name, {}, opts);
    const { bucket, accountId, protect } = args;
    const inside = { parent: this };
    const made = new R2Bucket(
      name,
      // Cloudflare answers in upper case whatever it is asked in.
      { accountId, name: bucket.name, location: bucket.location },
      { ...inside, protect },
    );
    const own = { accountId, bucketName: made.name };
    new R2BucketCors(name, { ...own, rules: [corsRule(bucket)] }, inside);
    new R2BucketLifecycle(name, { ...own, rules: lifecycleRules(bucket) }, inside);
    // A token's id and the SHA-256 of its value: https://developers.cloudflare.com/r2/api/tokens/
    const token = scopedToken(
      `${name}-bucket`,
      [
        {
          group: 'Workers R2 Storage Bucket Item Write',
          resources: [`com.cloudflare.edge.r2.bucket.${accountId}_default_${bucket.name}`],
        },
      ],
      { ...inside, dependsOn: [made] },
    );
    this.name = made.name;
    this.endpoint = `https://${accountId}.r2.cloudflarestorage.com`;
    this.accessKeyId = token.id;
    this.secretAccessKey = pulumi.secret(
      token.value.apply((value) => createHash('sha256').update(value).digest('hex')),
    );
    this.registerOutputs({ name: this.name, endpoint: this.endpoint });
  }
}

/** For uploads and downloads by a browser. */
function corsRule({ corsOrigins }: PlannedBucket) {
  return {
    id: 'own-sites',
    allowed: { methods: ['GET', 'HEAD', 'PUT'], origins: corsOrigins, headers: ['content-type'] },
    exposeHeaders: ['etag'],
    maxAgeSeconds: 3600,
  };
}

const day = 24 * 3600;

function lifecycleRules({ abandonedUploadDays, expireDays }: PlannedBucket) {
  return [
    {
      id: 'abandoned-uploads',
      enabled: true,
      conditions: { prefix: '' },
      abortMultipartUploadsTransition: { condition: { type: 'Age', maxAge: abandonedUploadDays * day } },
    },
    ...Object.entries(expireDays).map(([prefix, days]) => ({
      id: `expire ${prefix}`,
      enabled: true,
      conditions: { prefix },
      deleteObjectsTransition: { condition: { type: 'Age', maxAge: days * day } },
    })),
  ];
}
