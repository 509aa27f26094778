//! Decoders that pdf.js loads by name when a document needs them, beside the client under the version they belong to.

import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const ROOT = new URL('./node_modules/pdfjs-dist/', import.meta.url);

/** JPEG 2000 without WebAssembly. */
const FILES = ['openjpeg_nowasm_fallback.js'] as const;

export function pdfDecoders(): Plugin {
  return {
    name: 'pdf-decoders',
    apply: 'build',
    generateBundle() {
      const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };
      for (const name of FILES) this.emitFile({ type: 'asset', fileName: `assets/pdf-${version}/${name}`, source: readFileSync(new URL(`wasm/${name}`, ROOT)) });
    },
  };
}
