/**
 * Pulumi's property values as they travel over gRPC: plain JSON, an unknown as a sentinel string, a secret as an object
 * with a signature. Source: github.com/pulumi/pulumi, sdk/go/common/resource (UnknownStringValue, SecretSig).
 */

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

export const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

const signatureKey = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

export function secret(value: Value): Value {
  return { [signatureKey]: secretSignature, value };
}

export function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSecret(value: Value | undefined): value is { [key: string]: Value; value: Value } {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** The value without its secret marks. */
export function plain(value: Value): Value {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}

export function plainProperties(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)]));
}

/** Whether any part of a plain value is not known yet. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** `value` with the secret marks that `model` carries at the same places. */
export function markedLike(model: Value | undefined, value: Value): Value {
  if (isSecret(value)) return value;
  if (isSecret(model)) return secret(markedLike(model.value, value));
  if (isObject(model) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, markedLike(model[key], inner)]));
  }
  if (Array.isArray(model) && Array.isArray(value)) return value.map((inner, index) => markedLike(model[index], inner));
  return value;
}

export function markedPropertiesLike(model: Properties, properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, markedLike(model[key], value)]));
}

/** Every string inside a secret, for blotting out of messages. */
export function secretStrings(value: Value | undefined, inside = false): string[] {
  if (isSecret(value)) return secretStrings(value.value, true);
  if (typeof value === 'string') return inside && value !== unknown ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((inner) => secretStrings(inner, inside));
  return isObject(value) ? Object.values(value).flatMap((inner) => secretStrings(inner, inside)) : [];
}
