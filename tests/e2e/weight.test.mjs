// The first load of every page, as the server sends it: the document, the entry, and what the page's route names.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Server } from './lib/server.mjs';

const BUDGET = 150 * 1024;
const dist = process.env.ASSIZE_DIST ?? fileURLToPath(new URL('../../web/dist', import.meta.url));
const text = (name) => readFileSync(path.join(dist, name), 'utf8');

/** One request over a socket: status, headers, and the body as it was transferred. */
function fetched(origin, name, headers) {
  return new Promise((done, failed) => {
    const url = `${origin}/${name === 'index.html' ? '' : name}`;
    get(url, { headers, agent: false }, (reply) => {
      const parts = [];
      reply.on('data', (part) => parts.push(part));
      reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
    }).on('error', failed);
  });
}

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

test('what is built arrives compressed, whole and cacheable', async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const names = ['index.html', ...readdirSync(path.join(dist, 'assets'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => path.relative(dist, path.join(one.parentPath ?? one.path, one.name)))].filter((name) => !/\.(br|gz)$/.test(name));
  for (const name of names) {
    const plain = readFileSync(path.join(dist, name));
    const cache = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    const tags = new Set();
    for (const [asked, unpack] of [['gzip', gunzipSync], ['gzip, deflate, br, zstd', brotliDecompressSync], ['identity', null]]) {
      const { status, headers, body } = await fetched(server.origin, name, { 'accept-encoding': asked });
      assert.equal(status, 200);
      assert.equal(headers['cache-control'], cache, name);
      assert.equal(Number(headers['content-length']), body.length, name);
      const coded = headers['content-encoding'];
      // Fonts are compressed already, and what would only grow is sent as it is.
      if (/\.(js|css)$/.test(name) && plain.length > 600 && unpack) assert.ok(coded, `${name} is sent plain to ${asked}`);
      if (!unpack || name.endsWith('.woff2')) assert.equal(coded, undefined, name);
      if (/\.(js|css|html)$/.test(name) && plain.length > 600) assert.equal(headers.vary, 'accept-encoding', name);
      assert.ok(plain.equals(coded ? unpack(body) : body), `${name} arrives changed for ${asked}`);
      assert.ok(!tags.has(headers.etag) || !coded, `${name}: one tag for two codings`);
      tags.add(headers.etag);
      const again = await fetched(server.origin, name, { 'accept-encoding': asked, 'if-none-match': headers.etag });
      assert.deepEqual([again.status, again.body.length, again.headers.etag, again.headers.vary], [304, 0, headers.etag, headers.vary], name);
    }
    for (const ending of ['.br', '.gz']) assert.equal((await fetched(server.origin, name + ending, {})).status, 404, 'a form of a file is no file');
  }
});

test('the first load of every page stays within 150 KiB gzip, fonts apart', async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const weights = new Map();
  const gzip = async (name) => {
    if (!weights.has(name)) weights.set(name, (await fetched(server.origin, name, { 'accept-encoding': 'gzip' })).body.length);
    return weights.get(name);
  };
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
    let bytes = 0;
    for (const name of load) bytes += await gzip(name);
    console.log(`# figure weight ${pattern}: ${(bytes / 1024).toFixed(1)} KiB in ${load.size} files`);
    assert.ok(bytes <= BUDGET, `${pattern} weighs ${bytes} bytes`);
  }
});
