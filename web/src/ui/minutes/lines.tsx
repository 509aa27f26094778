//! Lines of the minutes after the close: press one to hear it; what was asked and answered stands below it.

import type { ComponentChildren, JSX } from 'preact';
import { type MinutesLine, type MinutesRequest, newDays } from '../../core/minutes';
import { clockTime, shortDay } from '../../i18n/format';
import '../../styles/minutes.css';
import { askedText, divides, textOf, whose, words } from './words';

interface LinesProps {
  lines: readonly MinutesLine[];
  /** When the sitting began: its day is above the lines, and told again where it changes. */
  beganMs: number;
  zone: string;
  atMs: number | null;
  onHear?: ((ms: number) => void) | undefined;
  /** Acts of a line, and of a request below it. */
  acts?: (line: MinutesLine) => ComponentChildren;
  answers?: (request: MinutesRequest) => ComponentChildren;
}

function Asked({ request, answers }: { request: MinutesRequest; answers?: LinesProps['answers'] }): JSX.Element {
  const text = words();
  const { ruling } = request;
  return (
    <li class="minutes-asked" data-testid={`asked-${String(request.number)}`}>
      <p class="body"><span class="ink-2">{text.asks(whose(request.by))}</span> {askedText(request)}</p>
      {ruling === null ? <p class="meta look strong">{text.open}</p>
        : <p class="body strong">{ruling.accepted ? text.accepted(ruling.by.name) : text.refused(ruling.by.name, ruling.reason ?? '')}</p>}
      {ruling === null && answers?.(request)}
    </li>
  );
}

export function Lines({ lines, beganMs, zone, atMs, onHear, acts, answers }: LinesProps): JSX.Element {
  const text = words();
  const current = atMs === null ? undefined : lines.findLast((line) => line.ms <= atMs)?.n;
  const days = newDays(lines, (utcMs) => shortDay(utcMs, zone), beganMs);
  return (
    <ol class="minutes-lines" data-testid="minutes-lines">
      {lines.map((line) => {
        const says = textOf(line);
        const time = <time class="num">{clockTime(line.utc_ms, zone)}</time>;
        return (
          <li key={line.n} class={divides(line) ? 'minutes-line divides' : `minutes-line${line.kind === 'note' ? '' : ' filled-in'}`} aria-current={line.n === current ? 'true' : undefined} data-line={line.n} data-kind={line.kind}>
            {days.has(line.n) && <p class="minutes-day strong">{days.get(line.n)}</p>}
            {onHear
              ? <button type="button" class="minutes-hear" aria-label={text.play(says)} onClick={() => { onHear(line.ms); }}>{time}<span>{says}</span></button>
              : <p class="minutes-hear">{time}<span>{says}</span></p>}
            {line.first !== undefined && line.first !== null && <p class="meta minutes-under">{text.before(line.first)}</p>}
            {acts && <div class="minutes-under">{acts(line)}</div>}
            {line.requests !== undefined && line.requests.length > 0 && (
              <ul class="minutes-under">{line.requests.map((request) => <Asked key={request.number} request={request} answers={answers} />)}</ul>
            )}
          </li>
        );
      })}
    </ol>
  );
}
