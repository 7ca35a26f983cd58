/**
 * What a token may be allowed to do; the ids are the same for every account.
 * Source: https://developers.cloudflare.com/fundamentals/api/reference/permissions/
 */
const zone = 'com.cloudflare.api.account.zone';
const account = 'com.cloudflare.api.account';
const user = 'com.cloudflare.api.user';
const bucket = 'com.cloudflare.edge.r2.bucket';

export const permissionGroups = [
  { id: 'c8fed203ed3043cba015a93ad1616f1f', name: 'Zone Read', scopes: [zone] },
  { id: '82e64a83756745bbbb1c9c2701bf816b', name: 'DNS Read', scopes: [zone] },
  { id: '4755a26eedb94da69e1066d98aa820be', name: 'DNS Write', scopes: [zone] },
  { id: 'e247aedd66bd41cc9193af0213416666', name: 'Pages Read', scopes: [account] },
  { id: '8d28297797f24fb8a0c332fe0866ec89', name: 'Pages Write', scopes: [account] },
  { id: 'b4992e1108244f5d8bfbd5744320c2e1', name: 'Workers R2 Storage Read', scopes: [account] },
  { id: 'bf7481a1826f439697cb59a20b22293e', name: 'Workers R2 Storage Write', scopes: [account] },
  { id: '6a018a9f2fc74eb6b293b0c548f38b39', name: 'Workers R2 Storage Bucket Item Read', scopes: [bucket] },
  { id: '2efd5506f9c8494dacb1fa10a3e7d5b6', name: 'Workers R2 Storage Bucket Item Write', scopes: [bucket] },
  { id: '0cc3a61731504c89b99ec1be78b77aa0', name: 'API Tokens Read', scopes: [user] },
  { id: '686d18d5ac6c441c867cbf6771e58a0a', name: 'API Tokens Write', scopes: [user] },
  { id: 'eb56a6953c034b9d97dd838155666f06', name: 'Account API Tokens Read', scopes: [account] },
  { id: '5bc3f8b21c554832afc660159ab75fa4', name: 'Account API Tokens Write', scopes: [account] },
] as const;

export type Permission = (typeof permissionGroups)[number]['name'];
