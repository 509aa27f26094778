//! What the parts of the form of a plan share: what is wrong at a field, how a person is called, boxes to tick.

import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../../../ui/parts';
import { fieldText } from '../../../ui/problems';
import { words } from '../../login/parts/words';
import type { Errors, PersonForm, PlanForm } from './draft';
import { preparing } from './words';

/** What to say at a field, if it is wrong; `missing`: what it needs, where there is more to say than that it does. */
export function wrongAt(errors: Errors, field: string, missing?: string): string | undefined {
  switch (errors[field]) {
    case undefined: return undefined;
    case 'missing': return missing ?? words().form.missing;
    case 'shared': return preparing().shared;
    case 'wrong': return fieldText(field);
  }
}

/** The name, or the number of the row while it has none. */
export function nameOf(form: PlanForm, one: PersonForm): string {
  return one.name.trim() === '' ? words().form.person(form.people.indexOf(one) + 1) : one.name.trim();
}

interface TickProps {
  label: string;
  note?: string;
  checked: boolean;
  testid?: string;
  onTick: (checked: boolean) => void;
}

export function Tick({ label, note, checked, testid, onTick }: TickProps): JSX.Element {
  return (
    <label class="check body">
      <input type="checkbox" checked={checked} data-testid={testid} onChange={(event) => { onTick(event.currentTarget.checked); }} />
      <span>{label}{note !== undefined && <> <span class="meta">· {note}</span></>}</span>
    </label>
  );
}

/** Boxes of one question. The error belongs to all of them. */
export function Ticks({ legend, error, children }: { legend: string; error: string | undefined; children: ComponentChildren }): JSX.Element {
  const id = useId();
  return (
    <fieldset class="ticks" aria-describedby={error && id}>
      <legend class="field-label">{legend}</legend>
      {error && <p class="field-error" id={id}><Icon name="alert" />{error}</p>}
      {children}
    </fieldset>
  );
}
