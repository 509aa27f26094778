//! One page of an exhibit as a sharp still, with the pointer over it.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { open, spotAt, spotMoved, type Paper } from '../../../core/paper';
import type { ExhibitFile, Spot } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Button } from '../../parts';
import { words } from './words';

/** Waits before the next try, in ms: a link that has just come back may be known as the former one for some seconds. */
const TRIES = [1000, 3000, 6000] as const;

/** Something that was opened out of a file, and has to be closed. */
export interface Opened {
  close: () => void;
}

type State<T> = { readonly at: 'loading' | 'failed' } | { readonly at: 'open'; readonly opened: T };

/** The file, fetched and opened once as long as it is the same. */
export function useFile<T extends Opened>(session: Session, file: ExhibitFile, open: (blob: Blob) => Promise<T>): { state: State<T>; again: () => void } {
  const [state, setState] = useState<State<T>>({ at: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    let opened: T | null = null;
    setState({ at: 'loading' });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = (tries: readonly number[]): void => {
      const failed = (): void => {
        const [wait, ...rest] = tries;
        if (!wanted) return;
        if (wait === undefined) setState({ at: 'failed' });
        else timer = setTimeout(() => load(rest), wait);
      };
      // What cannot be fetched now may be fetched soon; what cannot be opened will not be.
      session.exhibit(file.sha256).then((blob) => open(blob).then(
        (done) => {
          opened = done;
          if (wanted) setState({ at: 'open', opened: done });
          else done.close();
        },
        () => { if (wanted) setState({ at: 'failed' }); },
      ), failed);
    };
    load(TRIES);
    return () => {
      wanted = false;
      clearTimeout(timer);
      opened?.close();
    };
  }, [file.sha256, attempt]);
  return { state, again: () => setAttempt((n) => n + 1) };
}

/** Draws the page, again whenever its place changes its size. */
function useDrawn(paper: Paper | null, page: number): { place: { current: HTMLDivElement | null }; canvas: { current: HTMLCanvasElement | null }; drawn: number; failed: boolean } {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const [within, on] = [place.current, canvas.current];
    if (!paper || !within || !on) return undefined;
    // A drawing that another has overtaken is none: only the last one says what is on the canvas.
    let last = 0;
    const draw = (): void => {
      const mine = ++last;
      const size = { width: within.clientWidth, height: within.clientHeight };
      paper.draw(on, page, size, globalThis.devicePixelRatio).then(() => { if (mine === last) { setFailed(false); setDrawn(page); } }, () => { if (mine === last) setFailed(true); });
    };
    const watch = new ResizeObserver(draw);
    watch.observe(within);
    return () => {
      last = 0;
      watch.disconnect();
    };
  }, [paper, page]);
  return { place, canvas, drawn, failed };
}

interface PageProps {
  session: Session;
  file: ExhibitFile;
  title: string;
  page: number;
  pointer?: Spot | null;
  /** Points at a place; without it this screen only looks. */
  point?: (spot: Spot | null) => void;
  /** Told how many pages there are. */
  pages?: (count: number) => void;
}

/** Places that are sent, in ms. */
const POINT_EVERY = 200;

export function Page({ session, file, title, page, pointer = null, point, pages }: PageProps): JSX.Element {
  const { state, again } = useFile<Paper>(session, file, (blob) => open(blob, file));
  const paper = state.at === 'open' ? state.opened : null;
  const { place, canvas, drawn, failed } = useDrawn(paper, page);
  const sent = useRef(0);
  useEffect(() => { if (paper) pages?.(paper.pages); }, [paper]);
  const at = (event: PointerEvent): void => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box || !point) return;
    sent.current = event.timeStamp;
    point(spotAt(box, event.clientX, event.clientY));
  };
  const keys = (event: KeyboardEvent): void => {
    const moved = spotMoved(pointer, event.key);
    if (!point || !moved) return;
    event.preventDefault();
    point(moved);
  };
  const broken = state.at === 'failed' || failed;
  return (
    <div class="exhibit-place" ref={place}>
      <div class={paper && !broken ? 'exhibit-page' : 'exhibit-page is-empty'}>
        <canvas ref={canvas} role="img" aria-label={`${title}. ${words().page(page)}${point ? `. ${words().pointing}` : ''}`} tabIndex={point ? 0 : undefined} data-testid="exhibit-canvas"
          data-page={drawn} data-points={point !== undefined}
          onPointerDown={(event) => { if (point) { event.currentTarget.setPointerCapture(event.pointerId); at(event); } }}
          onPointerMove={(event) => { if (event.buttons === 1 && event.timeStamp - sent.current > POINT_EVERY) at(event); }}
          onPointerUp={at} onKeyDown={keys} />
        {pointer && drawn === page && <span class="exhibit-spot" data-testid="exhibit-spot" style={{ left: `${pointer.x / 100}%`, top: `${pointer.y / 100}%` }} />}
      </div>
      {state.at === 'loading' && <p class="body ink-2 exhibit-says" role="status">{words().loading}</p>}
      {broken && <div class="exhibit-says" role="alert" data-testid="exhibit-failed"><p class="body">{words().failed}</p><Button size="sm" onClick={again}>{words().again}</Button></div>}
    </div>
  );
}

/** Which page of how many, and the way to the others. */
export function Pager({ page, pages, turn, disabled }: { page: number; pages: number; turn?: (page: number) => void; disabled?: boolean }): JSX.Element {
  const text = words();
  const button = (to: number, icon: string, label: string, testid: string): JSX.Element => (
    <Button icon={icon} size="sm" aria-label={label} testid={testid} disabled={disabled === true || to < 1 || to > pages} onClick={() => turn?.(to)}>{null}</Button>
  );
  return (
    <div class="row exhibit-pager">
      {turn && button(page - 1, 'left', text.back, 'exhibit-back')}
      <span class="num" role="status" aria-label={`${text.page(page)} / ${pages}`} data-testid="exhibit-page-number">{text.pageOf(page, pages)}</span>
      {turn && button(page + 1, 'right', text.next, 'exhibit-next')}
    </div>
  );
}
