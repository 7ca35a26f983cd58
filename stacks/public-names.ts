/** Names of variables that a bundler builds into pages, where every visitor reads them. */

/**
 * By their prefix. Sources: https://nextjs.org/docs/pages/guides/environment-variables,
 * https://nuxt.com/docs/4.x/guide/going-further/runtime-config, https://vite.dev/guide/env-and-mode,
 * https://cli.vuejs.org/guide/mode-and-env.html, https://docs.expo.dev/guides/environment-variables/,
 * https://create-react-app.dev/docs/adding-custom-environment-variables/,
 * https://www.gatsbyjs.com/docs/how-to/local-development/environment-variables/
 */
const prefixes = ['NEXT_PUBLIC_', 'NUXT_PUBLIC_', 'VITE_', 'VUE_APP_', 'EXPO_PUBLIC_', 'REACT_APP_', 'GATSBY_'];

/** The prefix that makes a variable public, if it has one. */
export function publicPrefixOf(name: string): string | undefined {
  return prefixes.find((prefix) => name.startsWith(prefix));
}
