// What is amiss in the accessibility tree of a page.

/** Controls without a name in the accessibility tree, and headings that leave out a level. */
export async function wrong(page, name) {
  const lines = (await page.locator('body').ariaSnapshot()).split('\n');
  const nameless = lines.filter((line) => /^\s*- '?(button|link|textbox|searchbox|combobox|checkbox|radio|slider|switch|tab|dialog)(?! ")(:|$| \[)/.test(line));
  const levels = lines.map((line) => /- '?heading .*\[level=(\d)\]/.exec(line)?.[1]).filter(Boolean).map(Number);
  const jumps = levels.filter((level, n) => level > (levels[n - 1] ?? 0) + 1);
  return [
    ...nameless.map((line) => `${name}: no name: ${line.trim()}`), ...jumps.map((level) => `${name}: a heading of level ${level} follows none of level ${level - 1}`),
    ...(levels.filter((level) => level === 1).length === 1 ? [] : [`${name}: ${levels.filter((level) => level === 1).length} headings of level 1`]),
  ];
}
