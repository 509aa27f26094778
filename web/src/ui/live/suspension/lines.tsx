//! The points' lines in the ten minutes before the moment that was fixed, as small figures; what was lost is hatched.

import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { figure, type Pack, type PointLine } from '../../../core/suspension';
import { clockTime } from '../../../i18n/format';
import { words } from './words';

const WINDOW = 600_000;
const WIDTH = 200;

function Chart({ line, to }: { line: PointLine; to: number }): JSX.Element {
  const id = useId();
  const { path, bad } = figure(line.samples, to - WINDOW, to, WIDTH);
  return (
    <svg class="line-chart" viewBox={`0 0 ${WIDTH} 32`} aria-hidden="true">
      <defs><pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" class="hatch" /></pattern></defs>
      <path d={`M0 31.5H${WIDTH}`} class="base" />
      {bad.map(({ x, width }) => <rect key={x} x={x} y="1" width={Math.max(1, width)} height="30" fill={`url(#${id})`} class="gap" />)}
      <path d={path} class="trip" />
    </svg>
  );
}

export function Lines({ pack, zone }: { pack: Pack; zone: string }): JSX.Element {
  const text = words();
  return (
    <section>
      <div class="sec-h"><h3>{text.lines}</h3><span class="meta">{text.kept}</span></div>
      {pack.lines.length === 0 && <p class="body ink-2">{text.noLines}</p>}
      <ul class="lines body" data-testid="lines">
        {pack.lines.map((line) => (
          <li key={line.point} data-bad={line.bad_since !== null}>
            <span>{line.name}</span>
            <Chart line={line} to={pack.frozen} />
            {line.bad_since === null ? <span class="meta">{text.good}</span> : <span class="meta look strong">{text.badSince} <time>{clockTime(line.bad_since, zone)}</time></span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
