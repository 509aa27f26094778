//! What a readiness test measured and found, part by part, in words.

import type { JSX } from 'preact';
import type { Measured, ReadinessTest } from '../../core/api';
import { Icon } from '../../ui/parts';
import { testing } from './words';

export type Part = 'line' | 'sound' | 'picture';

/** The figures of a part; empty where nothing was measured. */
export function figuresOf(measured: Measured, part: Part): string {
  const text = testing();
  const { line, sound, picture } = measured;
  const some = (...parts: (string | false | null | undefined)[]): string => parts.filter(Boolean).join(' · ');
  const given = (value: number | null | undefined): value is number => value !== null && value !== undefined;
  if (part === 'line') {
    return line ? some(text.trip(Math.max(1, Math.round(line.trip_ms))), given(line.up_kbps) && text.up(line.up_kbps / 1000), given(line.down_kbps) && text.down(line.down_kbps / 1000), given(line.loss) ? text.loss(line.loss * 100) : text.lossUnknown) : '';
  }
  if (part === 'sound') return sound ? some(text.noise(Math.round(sound.noise_db)), given(sound.speech_db) && text.speech(Math.round(sound.speech_db))) : '';
  return picture ? some(text.size(picture.width, picture.height), text.luma(Math.round(picture.luma)), text.middle(picture.middle)) : '';
}

/** What was found, in a few words, and what to do about it. */
export function findingOf(code: string): readonly [what: string, how: string] {
  return testing().findings[code] ?? [code, ''];
}

/** Left the part, right the finding: effect in bold, remedy below. */
export function Findings({ test }: { test: ReadinessTest }): JSX.Element {
  const text = testing();
  return (
    <ul class="res" aria-live="polite">
      {test.verdicts.map(({ part, level, code }) => {
        const [what, how] = findingOf(code);
        return (
          <li key={part} data-testid={`finding-${part}`} data-level={level}>
            <i class={`i i-${level === 'good' ? 'check-ring' : level === 'look' ? 'alert' : 'clock'} ${level === 'good' ? 'ok' : level === 'look' ? 'look' : 'ink-2'}`} aria-hidden="true" />
            <span class="body strong">{text.parts[part]}: {what}</span>
            {how !== '' && <small>{how}</small>}
            {figuresOf(test.measured, part) !== '' && <small>{figuresOf(test.measured, part)}</small>}
          </li>
        );
      })}
    </ul>
  );
}

/** The result of a whole test. */
export function Result({ level }: { level: ReadinessTest['level'] }): JSX.Element {
  const text = testing().levels[level];
  if (level === 'good') return <span class="flag body"><Icon name="check" />{text}</span>;
  return level === 'look' ? <b class="flag body look"><Icon name="alert" />{text}</b> : <span class="ink-2">{text}</span>;
}
