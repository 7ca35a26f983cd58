import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['node_modules/', '.sandbox/'] },
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-function': 'off',
      // A type that holds itself cannot be a Record.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // Both say the same; which reads better is the writer's.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
);
