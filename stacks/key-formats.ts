/** Keys that are known by their form, so that a pasted one is seen. Sources: each service's own documentation. */

const formats: readonly { readonly what: string; readonly expression: RegExp }[] = [
  { what: 'a private key (PEM)', expression: /-----BEGIN [A-Z ]*PRIVATE KEY/ },
  { what: 'a secret key of Stripe', expression: /\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}/ },
  { what: 'a webhook secret of Stripe', expression: /\bwhsec_[A-Za-z0-9+/]{16,}/ },
  { what: 'an access key of AWS', expression: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: 'a token of GitHub', expression: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/ },
  { what: 'a token of Slack', expression: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/ },
  { what: 'a key of OpenAI or Anthropic', expression: /\bsk-(?:proj|ant|svcacct)-[A-Za-z0-9_-]{16,}/ },
  { what: 'an identity of age', expression: /\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/ },
  { what: 'a secret key of Supabase', expression: /\bsb_secret_[A-Za-z0-9_-]{10,}/ },
  { what: 'an address with a password', expression: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:[^\s:@/,?#]+@/ },
];

/** What a text holds that looks like a key; the key itself is in no part of the answer. */
export function keyIn(text: string): string | undefined {
  const known = formats.find(({ expression }) => expression.test(text))?.what;
  return (
    known ??
    (jsonWebTokens(text).some(isServiceRole) ? "the service_role key of Supabase, past every row's rules" : undefined)
  );
}

/** Payloads of what is in the compact form of RFC 7519, 3.1. */
function jsonWebTokens(text: string): string[] {
  return [...text.matchAll(/\beyJ[\w-]+\.([\w-]+)\.[\w-]*/g)].map(([, payload = '']) =>
    Buffer.from(payload, 'base64url').toString('utf8'),
  );
}

/** Source: https://supabase.com/docs/guides/api/api-keys; the role `anon` is meant for browsers. */
function isServiceRole(payload: string): boolean {
  return /"role"\s*:\s*"service_role"/.test(payload);
}
