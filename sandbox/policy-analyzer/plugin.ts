import { join } from 'node:path';

/**
 * Runs policy packs written for Node.js where the CLI has no Node.js language host: an entry of `plugins.analyzers` in
 * the project file. An engine that has the language host does not ask for it.
 * Source: github.com/pulumi/pulumi, sdk/go/common/resource/plugin/analyzer_plugin.go, NewPolicyAnalyzer.
 */
export const policyAnalyzer = { name: 'policy-nodejs', path: join(import.meta.dirname, 'bin') } as const;
