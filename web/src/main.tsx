//! Which page a path shows. Every page is a file of its own, loaded when it is first shown.

import { render, type ComponentType, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/components.css';
import './styles/base.css';
import { t } from './i18n';
import { followHistory, match, path, type Params } from './state/route';
import { Failure, Loading } from './ui/page';

export type Page = ComponentType<{ params: Params }>;

const files = import.meta.glob<{ default: Page }>('./pages/*/*.tsx');

const routes: [pattern: string, file: string][] = [
  ['/', 'login/index'],
  ['/login', 'login/index'],
  ['/enter', 'login/enter'],
  ['/prepare', 'prepare/index'],
  ['/prepare/:id', 'prepare/plan'],
  ['/check', 'check/index'],
  ['/bench/:hearing', 'bench/index'],
  ['/desk/:hearing', 'desk/index'],
  ['/party', 'party/index'],
  ['/point', 'point/index'],
  ['/observe', 'observe/index'],
  ['/observe/:hearing', 'observe/index'],
  ['/records', 'records/index'],
  ['/records/:id', 'records/record'],
];

function find(full: string): { file: string; params: Params } | null {
  for (const [pattern, file] of routes) {
    const params = match(pattern, full);
    if (params) return { file, params };
  }
  return null;
}

function App(): JSX.Element {
  const found = find(path.value);
  const file = found?.file;
  const [page, setPage] = useState<{ file: string; Page: Page } | null>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    setBroken(false);
    const load = file && files[`./pages/${file}.tsx`];
    if (!load) return;
    let current = true;
    load().then(
      (loaded) => { if (current) setPage({ file, Page: loaded.default }); },
      () => { if (current) setBroken(true); },
    );
    return () => { current = false; };
  }, [file]);
  if (!found || !files[`./pages/${found.file}.tsx`]) return <main class="wrap"><Failure title={t().noSuchPage} /></main>;
  if (broken) return <main class="wrap"><Failure title={t().pageNotLoaded} again={() => location.reload()} /></main>;
  if (!page || page.file !== file) return <main class="wrap"><Loading /></main>;
  return <page.Page params={found.params} />;
}

const root = document.getElementById('page');
if (root) {
  followHistory();
  render(<App />, root);
}
