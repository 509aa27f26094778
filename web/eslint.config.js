import tseslint from 'typescript-eslint';

// The floors: protocol <- core <- state <- ui, pages <- main. A folder may import only from folders below it.
const above = {
  'src/protocol/**': ['core', 'state', 'i18n', 'ui', 'pages', 'main'],
  'src/core/**': ['state', 'i18n', 'ui', 'pages', 'main'],
  'src/state/**': ['ui', 'pages', 'main'],
  'src/i18n/**': ['core', 'state', 'ui', 'pages', 'main'],
  'src/ui/**': ['pages', 'main'],
  'src/pages/**': ['main'],
};

const floor = ([files, folders]) => ({
  files: [`${files}/*.ts`, `${files}/*.tsx`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group: folders.flatMap((folder) => [`**/${folder}`, `**/${folder}/**`]), message: 'A floor above this one.' },
          ...(files === 'src/core/**' || files === 'src/protocol/**'
            ? [{ group: ['preact', 'preact/*', '@preact/*'], message: 'The core knows no view framework.' }]
            : []),
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/protocol/generated'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...Object.entries(above).map(floor),
  { files: ['**/*.test.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
