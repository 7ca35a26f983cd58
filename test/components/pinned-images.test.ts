import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';
import { pinnedImages } from '../../components/pinned-images.ts';
import { versionOf, parseImage } from '../../stacks/image.ts';
import { project, settings } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';

test('S3.4: what is named by its commit and its digest is started by the digest, and told the commit', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const image = `ghcr.io/example/shop:3f0c9d1@${digest}`;
  const spec = { ...project('shop'), services: { apps: { app: { image } } } };
  const pod = planned({ settings: settings(), projects: [spec] }).projects[0]?.pod;
  const pinned = new Promise((resolve) => {
    if (pod) pulumi.output(pinnedImages(pod)).apply(resolve);
  });
  expect(await pinned).toEqual({ [image]: `ghcr.io/example/shop@${digest}` });
  expect(versionOf(parseImage(image) ?? { name: '' })).toBe('3f0c9d1');
  expect(pod?.apps[0]?.version).toBe('3f0c9d1');
});
