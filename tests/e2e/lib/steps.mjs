// A story: its steps are tests of their own, each of which builds on those before it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allShown } from './browser.mjs';

let broken = false;

/** One step; `timeout` (ms) is a ceiling against hanging. After a step that failed the others fail at once. */
export function step(name, { timeout = 300_000 }, act) {
  test(name, { timeout }, async () => {
    assert.ok(!broken, 'an earlier step failed');
    broken = true;
    try { await act(); } catch (error) { throw new Error(`${error.message}\n${await allShown()}`, { cause: error }); }
    broken = false;
  });
}
