//! With whom somebody of the plan may speak in private: counsel and whom they defend, an interpreter and whom they help.

import type { JSX } from 'preact';
import { t } from '../../../i18n';
import { type Errors, type PersonForm, type PlanForm, bindable, isBound, mayBind, withBound } from './draft';
import { Tick, Ticks, nameOf, wrongAt } from './fields';
import { preparing } from './words';

interface BindingsProps {
  one: PersonForm;
  form: PlanForm;
  errors: Errors;
  onForm: (form: PlanForm) => void;
}

/** Shut it says with whom; nothing is ticked by itself, since a plan that binds people is the clerk's to answer for. */
export function Bindings({ one, form, errors, onForm }: BindingsProps): JSX.Element | null {
  const text = preparing().bindings;
  if (!mayBind(one.role)) return null;
  const n = form.people.indexOf(one);
  const others = bindable(form, one);
  const names = others.filter((other) => isBound(one, other)).map((other) => nameOf(form, other));
  const wrong = Object.keys(errors).find((field) => field.startsWith(`people[${String(n)}].with`));
  return (
    <details class="bind" open={wrong !== undefined || undefined}>
      <summary class="body" data-testid={`bind-${String(n)}`}>{text.title} <span class={names.length === 0 ? 'ink-2' : 'strong'}>{names.length === 0 ? text.nobody : names.join(', ')}</span></summary>
      <Ticks legend={text.legend(nameOf(form, one))} error={wrong && wrongAt(errors, wrong)}>
        {others.length === 0 && <p class="body ink-2">{text.none}</p>}
        {others.map((other) => (
          <Tick key={other.key} label={nameOf(form, other)} note={t().roles[other.role]} checked={isBound(one, other)} testid={`bind-${String(n)}-${String(form.people.indexOf(other))}`}
            onTick={(bound) => { onForm(withBound(form, one.key, other.key, bound)); }} />
        ))}
      </Ticks>
    </details>
  );
}
