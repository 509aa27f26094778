import { defineConfig } from 'vitest/config';
import { budget } from './budget';
import { pdfDecoders } from './pdfdecoders';
import { precompress } from './precompress';

const server = process.env['ASSIZE_SERVER'] ?? 'http://localhost:8080';

export default defineConfig({
  root: 'src',
  plugins: [budget(), pdfDecoders(), precompress()],
  publicDir: 'public',
  // Fonts and pictures stay files of their own: the content security policy allows no inlined fonts.
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': { target: server, ws: true }, '/whip': server, '/whep': server } },
  test: { root: 'src', include: ['**/*.test.ts'], environment: 'node' },
});
