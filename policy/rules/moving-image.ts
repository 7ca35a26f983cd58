import { z } from 'zod';
import { environments } from '../../stacks/environments.ts';
import { dockerContainerOf } from '../docker.ts';
import { isMoving } from '../image.ts';
import type { Rule, Subject } from '../rule.ts';
import { type Text, unitsOf, valuesOf, workloadOf } from '../workload.ts';

const remoteImage = z.object({ name: z.string().optional() });

const service = z.object({
  taskSpec: z.object({ containerSpec: z.object({ image: z.string().optional() }).optional() }).optional(),
});

export const movingImage: Rule = {
  name: 'no-moving-image',
  description:
    'Images are named by a version or a digest where a deploy has to be repeated and undone: `movingTags` of the environment.',
  check: (subject) =>
    environments[subject.stage.kind].movingTags
      ? []
      : imagesOf(subject)
          .filter(({ text }) => isMoving(text))
          .map(({ property, text }) => ({
            property,
            found: `the image '${text}'`,
            expected: 'one with a digest, or with a tag other than latest',
          })),
};

function imagesOf(subject: Subject): Text[] {
  const workload = workloadOf(subject);
  if (workload) {
    return [
      ...unitsOf(workload).flatMap(({ property, text }) =>
        valuesOf(text, 'Image').map((image) => ({ property: `${property}: Image`, text: image })),
      ),
      ...workload.migrations.flatMap(({ image }, index) => named(`migrations[${index}].image`, image)),
    ];
  }
  switch (subject.type) {
    case 'docker:index/remoteImage:RemoteImage':
      return named('name', remoteImage.parse(subject.inputs).name);
    case 'docker:index/service:Service':
      return named('taskSpec.containerSpec.image', service.parse(subject.inputs).taskSpec?.containerSpec?.image);
    default:
      return named('image', dockerContainerOf(subject)?.image);
  }
}

function named(property: string, image: string | undefined): Text[] {
  return image === undefined ? [] : [{ property, text: image }];
}
