//! The budget of a page's first load, held at every build: fonts apart, 150 KiB gzip (issue 2).

import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const BUDGET = 150 * 1024;

interface Chunk {
  readonly type: 'chunk' | 'asset';
  readonly code?: string;
  readonly source?: string | Uint8Array;
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
  readonly facadeModuleId?: string | null;
  readonly imports?: readonly string[];
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> };
}

/** Files that `names` need at once: what they import statically, and style sheets. */
function closure(bundle: Record<string, Chunk>, names: readonly string[]): Set<string> {
  const files = new Set<string>();
  const visit = (name: string): void => {
    if (files.has(name)) return;
    files.add(name);
    bundle[name]?.imports?.forEach(visit);
    bundle[name]?.viteMetadata?.importedCss.forEach((css) => files.add(css));
  };
  names.forEach(visit);
  return files;
}

export function budget(): Plugin {
  return {
    name: 'budget',
    apply: 'build',
    writeBundle(_options, output) {
      const bundle = output as unknown as Record<string, Chunk>;
      const size = (name: string): number => gzipSync(bundle[name]?.code ?? bundle[name]?.source ?? '').length;
      const entry = Object.keys(bundle).filter((name) => bundle[name]?.isEntry);
      const pages = Object.keys(bundle).filter((name) => bundle[name]?.isDynamicEntry && bundle[name]?.facadeModuleId?.includes('/pages/'));
      const loads = pages.map((page) => {
        const bytes = [...closure(bundle, [...entry, page])].reduce((sum, name) => sum + size(name), 0);
        return { page: bundle[page]?.facadeModuleId?.replace(/.*\/pages\/(.*)\.tsx$/, '$1') ?? page, bytes };
      });
      loads.sort((a, b) => b.bytes - a.bytes);
      const lines = loads.map(({ page, bytes }) => `  ${(bytes / 1024).toFixed(1).padStart(6)} KiB  ${page}`);
      this.info(`first load of each page, gzip, fonts apart:\n${lines.join('\n')}`);
      const over = loads.filter(({ bytes }) => bytes > BUDGET);
      if (over.length > 0) this.error(`over the budget of ${BUDGET / 1024} KiB: ${over.map(({ page }) => page).join(', ')}`);
    },
  };
}
