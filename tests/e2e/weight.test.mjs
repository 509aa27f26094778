// The first load of every page, read from what was built: the document, the entry, and what the page's route names.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET = 150 * 1024;
const dist = process.env.ASSIZE_DIST ?? fileURLToPath(new URL('../../web/dist', import.meta.url));
const text = (name) => readFileSync(path.join(dist, name), 'utf8');
const gzip = (name) => gzipSync(readFileSync(path.join(dist, name))).length;

/** What a file names of the other files: scripts and style sheets, whether imported at once or when asked. Fonts apart. */
function named(name, all) {
  return all.filter((other) => other !== name && text(name).includes(path.basename(other)));
}

/** Scripts that `name` imports at once. */
function imports(name) {
  return [...text(name).matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)].map(([, file]) => `assets/${file}`);
}

/** The routes as the entry holds them: pattern, and the files which the bundler loads for it. */
function routes(entry) {
  const code = text(entry);
  const files = JSON.parse(/m\.f=(\[[^\]]*\])/.exec(code)[1]);
  return [...code.matchAll(/\[[`"'](\/[^`"']*)[`"'],\(\)=>[^\[]*?import\([`"']\.\/([\w.-]+)[`"']\)[^\[]*?__vite__mapDeps\(\[([\d,]*)\]\)/g)]
    .map(([, pattern, chunk, deps]) => ({ pattern, files: [`assets/${chunk}`, ...deps.split(',').filter(Boolean).map((n) => files[Number(n)])] }));
}

test('the first load of every page stays within 150 KiB gzip, fonts apart', () => {
  const assets = readdirSync(path.join(dist, 'assets')).filter((name) => /\.(js|css)$/.test(name)).map((name) => `assets/${name}`);
  const first = ['index.html', ...named('index.html', assets)];
  const entry = first.find((name) => name.endsWith('.js'));
  const pages = routes(entry);
  // Every page of the client has a route here, or the bundler writes them another way than this test reads.
  for (const pattern of ['/login', '/enter', '/prepare', '/prepare/:id', '/check', '/bench/:hearing', '/desk/:hearing', '/party', '/point', '/observe', '/records', '/records/:id']) {
    assert.ok(pages.some((page) => page.pattern === pattern), `no route ${pattern} in ${entry}`);
  }
  for (const { pattern, files } of pages) {
    const load = new Set([...first, ...files]);
    // What is reached by an import and what the bundler lists must agree; the union is weighed.
    for (const name of load) if (name.endsWith('.js')) for (const more of imports(name)) if (name !== entry) load.add(more);
    const bytes = [...load].reduce((sum, name) => sum + gzip(name), 0);
    console.log(`# figure weight ${pattern}: ${(bytes / 1024).toFixed(1)} KiB in ${load.size} files`);
    assert.ok(bytes <= BUDGET, `${pattern} weighs ${bytes} bytes`);
  }
});
