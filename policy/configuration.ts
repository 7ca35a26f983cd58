import { z } from 'zod';

const configuration = z.record(z.string(), z.unknown());

/** @param text what the engine hands to a policy pack in `PULUMI_CONFIG`: JSON of every key with its value, decrypted */
export function configurationOf(text: string | undefined): Record<string, unknown> {
  return configuration.parse(JSON.parse(text ?? '{}'));
}
