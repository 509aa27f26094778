//! Which page a path shows. Every page is a file of its own, loaded when it is first shown.

import { render, type ComponentType, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/components.css';
import './styles/base.css';
import { again, browser, loaded } from './core/reload';
import { t } from './i18n';
import { followHistory, match, path, type Params } from './state/route';
import { Failure, Loading } from './ui/page';
import { RehearsalBand } from './ui/rehearsal';

export type Page = ComponentType<{ params: Params }>;

type Load = () => Promise<{ default: Page }>;

const routes: [pattern: string, load: Load][] = [
  ['/', () => import('./pages/login')],
  ['/login', () => import('./pages/login')],
  ['/enter', () => import('./pages/login/enter')],
  ['/prepare', () => import('./pages/prepare')],
  ['/prepare/:id', () => import('./pages/prepare/plan')],
  ['/check', () => import('./pages/check')],
  ['/check/point', () => import('./pages/check/point')],
  ['/check/:hearing', () => import('./pages/check')],
  ['/readiness/:point', () => import('./pages/check/reports')],
  ['/bench/:hearing', () => import('./pages/bench')],
  ['/desk/:hearing', () => import('./pages/desk')],
  ['/party', () => import('./pages/party')],
  ['/point', () => import('./pages/point')],
  ['/officer', () => import('./pages/officer')],
  ['/observe', () => import('./pages/observe')],
  ['/observe/:hearing', () => import('./pages/observe')],
  ['/minutes', () => import('./pages/minutes')],
  ['/records', () => import('./pages/records')],
  ['/records/:id', () => import('./pages/records/record')],
  ['/statistics', () => import('./pages/statistics')],
  ['/rehearsal/:hearing', () => import('./pages/rehearsal')],
  ['/records/:id/minutes', () => import('./pages/records/minutes')],
  ['/case/:case/:hearing/:time', () => import('./pages/records/case')],
];

function find(full: string): { load: Load; params: Params } | null {
  for (const [pattern, load] of routes) {
    const params = match(pattern, full);
    if (params) return { load, params };
  }
  return null;
}

function App(): JSX.Element {
  const found = find(path.value);
  const load = found?.load;
  const [shown, setShown] = useState<{ load: Load; Page: Page } | null>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    setBroken(false);
    if (!load) return;
    let current = true;
    let stop: (() => void) | undefined;
    load().then(
      (page) => {
        loaded(browser());
        if (current) setShown({ load, Page: page.default });
      },
      () => {
        if (!current) return;
        const retry = again(browser());
        stop = retry.stop;
        // The first time nobody has to read that it failed.
        setBroken(retry.tries > 0);
      },
    );
    return () => {
      current = false;
      stop?.();
    };
  }, [load]);
  if (!found) return <main class="wrap"><Failure title={t().noSuchPage} /></main>;
  if (broken) return <main class="wrap"><Failure title={t().pageNotLoaded} again={() => location.reload()} /></main>;
  if (!shown || shown.load !== load) return <main class="wrap"><Loading /></main>;
  return <shown.Page params={found.params} />;
}

const root = document.getElementById('page');
if (root) {
  followHistory();
  render(<><App /><RehearsalBand /></>, root);
}
