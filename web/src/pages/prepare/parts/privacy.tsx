//! What the plan says of who may speak in private with whom, and of who is withheld from whom, to be read.

import type { JSX } from 'preact';
import type { Hearing } from '../../../core/api';
import type { PersonId } from '../../../protocol/generated/signal';
import { preparing } from './words';

/** What an order withholds, and from observers as well or not. */
interface Kept {
  readonly picture?: boolean;
  readonly voice?: boolean;
  readonly name?: boolean;
  readonly observers?: boolean;
}

/** `Giữ kín hình, tiếng của Trần Thị B với Lục Văn Sơn, người dự khán.` What is not chosen yet says so. */
export function orderText(kept: Kept, of: readonly string[], from: readonly string[], points: readonly string[]): string {
  const text = preparing().orders;
  const what = [kept.picture && text.pictureShort, kept.voice && text.voiceShort, kept.name && text.nameShort].filter((part) => typeof part === 'string');
  const list = (all: readonly string[]): string => (all.length === 0 ? text.open : all.join(', '));
  return text.says(list(what), list(of), list([...from, ...points.map(text.everybodyAt), ...(kept.observers === true ? [text.observersShort] : [])]));
}

/** Whether there is anything to read. */
export function saysPrivacy(hearing: Hearing): boolean {
  return hearing.screens.length > 0 || pairsOf(hearing).length > 0;
}

/** Each pair once, in the plan's order. */
function pairsOf({ people }: Hearing): readonly (readonly [string, string])[] {
  return people.flatMap((one, n) => people.slice(n + 1)
    .filter((other) => one.with?.includes(other.id) === true || other.with?.includes(one.id) === true)
    .map((other) => [one.name, other.name] as const));
}

export function Privacy({ hearing }: { hearing: Hearing }): JSX.Element {
  const text = preparing().privacy;
  const names = (ids: readonly PersonId[]): readonly string[] => hearing.people.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  const pairs = pairsOf(hearing);
  return (
    <>
      {pairs.length > 0 && (
        <>
          <p class="body strong mt-1">{text.pairs}</p>
          <ul class="body orders" data-testid="pairs">{pairs.map(([one, other]) => <li key={`${one} ${other}`}>{text.pair(one, other)}</li>)}</ul>
        </>
      )}
      {hearing.screens.length > 0 && (
        <>
          <p class="body strong mt-2">{text.orders}</p>
          <ul class="body orders" data-testid="orders">
            {hearing.screens.map((order, n) => (
              <li key={n}>{orderText(order, names(order.of), names(order.people), hearing.points.filter(({ id }) => order.points.includes(id)).map(({ name }) => name))}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
