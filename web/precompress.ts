//! Every text file of the build again as `.br` and `.gz` beside it: the server sends these as they are.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Fonts and photographs are compressed by nature. */
const TEXT = /\.(js|css|html|svg|json|txt|webmanifest)$/;

export function precompress(): Plugin {
  let out = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      out = path.resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      const names = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => TEXT.test(name));
      for (const name of names) {
        const file = path.join(out, name);
        const plain = readFileSync(file);
        const forms: [string, Uint8Array][] = [
          ['.br', brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })],
          ['.gz', gzipSync(plain, { level: 9 })],
        ];
        for (const [ending, bytes] of forms) if (bytes.length < plain.length) writeFileSync(file + ending, bytes);
      }
    },
  };
}
