//! Paths by hand: the server answers every path with the same document.

import { signal } from '@preact/signals';

/** The present path with query, without fragment. */
export const path = signal(typeof location === 'undefined' ? '/' : location.pathname + location.search);

export function navigate(to: string, replace = false): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  path.value = location.pathname + location.search;
  scrollTo(0, 0);
}

/** Follows the browser's own back and forward, and links within the client. */
export function followHistory(): void {
  addEventListener('popstate', () => { path.value = location.pathname + location.search; });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || link.pathname.startsWith('/api/')) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
}

export type Params = Record<string, string>;

/** Matches `/records/:id` against a path; `null` if it is another page. */
export function match(pattern: string, full: string): Params | null {
  const [plain = ''] = full.split('?');
  const want = pattern.split('/').filter(Boolean);
  const have = plain.split('/').filter(Boolean);
  if (want.length !== have.length) return null;
  const params: Params = {};
  for (const [n, part] of want.entries()) {
    const given = have[n] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(given);
    else if (part !== given) return null;
  }
  return params;
}
