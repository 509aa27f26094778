//! Orders that somebody is withheld from others: each in a sentence, and the form of one when it is changed.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CourtDetail } from '../../../core/api';
import { t } from '../../../i18n';
import { Button } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { type Errors, type OrderForm, type PersonForm, type PlanForm, keyAfter, order, orderable, pointsIn, withheld } from './draft';
import { Tick, Ticks, nameOf, wrongAt } from './fields';
import { orderText } from './privacy';
import { preparing } from './words';

interface OrdersProps {
  form: PlanForm;
  court: CourtDetail;
  errors: Errors;
  onForm: (form: PlanForm) => void;
}

export function Orders({ form, court, errors, onForm }: OrdersProps): JSX.Element {
  const text = preparing().orders;
  const [opened, setOpened] = useState<number | undefined>();
  const { frame, goTo } = useGoing();
  const add = (): void => {
    const key = keyAfter(form.orders);
    onForm({ ...form, orders: [...form.orders, order(key)] });
    setOpened(key);
    goTo(`[data-order="${String(key)}"] input`);
  };
  return (
    <fieldset class="form-set" ref={frame}>
      <legend>{text.title}</legend>
      <p class="meta">{text.hint}</p>
      {form.orders.length === 0 && <p class="body ink-2 mt-2">{text.none}</p>}
      <ul class="orders">
        {form.orders.map((one, n) => (
          <Order key={one.key} n={n} one={one} form={form} court={court} errors={errors} opened={opened === one.key}
            onOpen={(open) => { setOpened(open ? one.key : undefined); }}
            onForm={onForm}
            onRemove={() => { onForm({ ...form, orders: form.orders.filter((other) => other.key !== one.key) }); goTo('[data-testid="add-order"]'); }} />
        ))}
      </ul>
      <p class="mt-3"><Button testid="add-order" onClick={add}>{text.add}</Button></p>
    </fieldset>
  );
}

/** Takes the focus to what comes, or to what is left when that which had it goes. */
function useGoing(): { frame: { current: HTMLFieldSetElement | null }; goTo: (place: string) => void } {
  const frame = useRef<HTMLFieldSetElement>(null);
  const place = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (place.current !== undefined) frame.current?.querySelector<HTMLElement>(place.current)?.focus();
    place.current = undefined;
  });
  return { frame, goTo: (to) => { place.current = to; } };
}

interface OrderProps extends OrdersProps {
  n: number;
  one: OrderForm;
  opened: boolean;
  onOpen: (open: boolean) => void;
  onRemove: () => void;
}

function Order(props: OrderProps): JSX.Element {
  const { n, one, form, court, errors, opened, onOpen, onRemove } = props;
  const text = preparing().orders;
  // What is wrong is seen, whatever was opened before.
  const wrong = Object.keys(errors).some((field) => field.startsWith(`screens[${String(n)}]`));
  return (
    <li data-order={one.key} data-testid={`order-${String(n)}`}>
      <div class="row row-3 wrap-row">
        <p class="body order-says">{sentence(one, form, court)}</p>
        {!wrong && <Button size="sm" aria-label={opened ? text.doneNth(n + 1) : text.changeNth(n + 1)} testid={`order-change-${String(n)}`} onClick={() => { onOpen(!opened); }}>{opened ? text.done : text.change}</Button>}
        <Button size="sm" kind="text" aria-label={text.removeNth(n + 1)} testid={`order-remove-${String(n)}`} onClick={onRemove}>{text.remove}</Button>
      </div>
      {(opened || wrong) && <Parts {...props} />}
    </li>
  );
}

function sentence(one: OrderForm, form: PlanForm, court: CourtDetail): string {
  const people = (keys: readonly number[]): string[] => form.people.filter(({ key }) => keys.includes(key)).map((person) => nameOf(form, person));
  const points = court.points.filter(({ id }) => pointsIn(form, one).includes(id)).map(({ name }) => name);
  return orderText(one, people(one.of), people(one.people), points);
}

/** Who is withheld, from whom, and what. Whoever cannot be in an order is offered only while they are in it, to be taken out. */
function Parts({ n, one, form, court, errors, onForm }: OrderProps): JSX.Element {
  const text = preparing().orders;
  const at = `screens[${String(n)}]`;
  // What was missing and is there now is wrong no more.
  const wrong = (field: string, given: boolean, missing: string): string | undefined =>
    (given && errors[`${at}.${field}`] === 'missing' ? undefined : wrongAt(errors, `${at}.${field}`, missing));
  const put = (to: OrderForm): void => { onForm({ ...form, orders: form.orders.map((other) => (other.key === one.key ? to : other)) }); };
  const { of, from, points } = orderable(form, one, court.points);
  const tick = (part: 'of' | 'from', person: PersonForm, checked: boolean, onTick: (checked: boolean) => void): JSX.Element => (
    <Tick key={person.key} label={nameOf(form, person)} note={t().roles[person.role]} checked={checked} testid={`order-${String(n)}-${part}-${String(form.people.indexOf(person))}`} onTick={onTick} />
  );
  const flag = (part: 'observers' | 'picture' | 'voice' | 'name'): JSX.Element => (
    <Tick label={text[part]} checked={one[part]} testid={`order-${String(n)}-${part}`} onTick={(checked) => { put({ ...one, [part]: checked }); }} />
  );
  return (
    <div class="order-parts">
      <Ticks legend={text.of} error={wrong('of', one.of.length > 0, text.needsOf)}>
        {of.length === 0 && <p class="body ink-2">{text.nobodyYet}</p>}
        {of.map((person) => tick('of', person, one.of.includes(person.key), (checked) => { put(withheld(one, person.key, checked)); }))}
      </Ticks>
      <Ticks legend={text.from} error={wrong('people', one.people.length > 0 || one.points.length > 0 || one.observers, text.needsFrom) ?? wrongAt(errors, `${at}.points`)}>
        {from.map((person) => tick('from', person, one.people.includes(person.key), (checked) => { put({ ...one, people: toggled(one.people, person.key, checked) }); }))}
        {points.map((point) => (
          <Tick key={point.id} label={text.point(point.name)} note={words().pointKinds[point.kind]} checked={one.points.includes(point.id)} testid={`order-${String(n)}-point-${point.kind}`}
            onTick={(checked) => { put({ ...one, points: toggled(one.points, point.id, checked) }); }} />
        ))}
        {flag('observers')}
      </Ticks>
      <Ticks legend={text.what} error={wrong('picture', one.picture || one.voice || one.name, text.needsWhat)}>
        {flag('picture')}
        {flag('voice')}
        {flag('name')}
      </Ticks>
    </div>
  );
}

function toggled<T>(all: readonly T[], one: T, on: boolean): readonly T[] {
  return [...all.filter((other) => other !== one), ...(on ? [one] : [])];
}
