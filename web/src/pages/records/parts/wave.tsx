//! How loud a seat was, as a row of strokes: a picture beside lists and buttons that say the same.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { UNRECORDED, peaks } from '../../../core/player/levels';
import type { Span } from '../../../core/player/timeline';
import type { Window } from '../../../core/player/window';

/** From stroke to stroke, in CSS pixels. */
const EACH = 3;
const THICK = 2;
/** Left free above and below. */
const MARGIN = 3;

interface WaveProps {
  levels: Uint8Array;
  /** When somebody spoke: these strokes are darker. */
  spoken: readonly Span[];
  window: Window;
}

function paint(canvas: HTMLCanvasElement, { levels, spoken, window }: WaveProps): void {
  const { width, height } = canvas.getBoundingClientRect();
  const context = canvas.getContext('2d');
  if (context === null || width < EACH) return;
  const dense = Math.max(1, devicePixelRatio);
  [canvas.width, canvas.height] = [Math.round(width * dense), Math.round(height * dense)];
  context.setTransform(dense, 0, 0, dense, 0, 0);
  const count = Math.floor(width / EACH);
  const columns = peaks(levels, window.fromMs, window.toMs, count);
  const each = (window.toMs - window.fromMs) / count;
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => (matchMedia('(forced-colors: active)').matches ? 'CanvasText' : style.getPropertyValue(name));
  const [speaking, other] = [colour('--ink'), colour('--ink-3')];
  let next = 0;
  columns.forEach((peak, n) => {
    if (peak === UNRECORDED) return;
    const [fromMs, toMs] = [window.fromMs + n * each, window.fromMs + (n + 1) * each];
    while ((spoken[next]?.toMs ?? Infinity) < fromMs) next++;
    context.fillStyle = (spoken[next]?.fromMs ?? Infinity) < toMs ? speaking : other;
    const tall = Math.max(1, peak * (height - 2 * MARGIN));
    context.fillRect((n * width) / count, (height - tall) / 2, THICK, tall);
  });
}

export function Wave({ levels, spoken, window }: WaveProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const draw = (): void => { paint(element, { levels, spoken, window }); };
    draw();
    const size = new ResizeObserver(draw);
    size.observe(element);
    const colours = matchMedia('(forced-colors: active)');
    colours.addEventListener('change', draw);
    return () => {
      size.disconnect();
      colours.removeEventListener('change', draw);
    };
  }, [levels, spoken, window]);
  return <canvas ref={canvas} class="wave" aria-hidden="true" />;
}
