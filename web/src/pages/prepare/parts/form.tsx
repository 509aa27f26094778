//! The form of a plan: new, or changed before anybody has entered.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type CourtDetail, type Hearing, type Problem, api } from '../../../core/api';
import { dayOf } from '../../../core/zone';
import type { Role } from '../../../protocol/generated/signal';
import { t } from '../../../i18n';
import { Button, Notice, SelectField, TextField } from '../../../ui/parts';
import { Refused } from '../../login/parts/gate';
import { problemIn } from '../../../ui/problems';
import { sentToLogin } from '../../login/parts/problems';
import { words } from '../../login/parts/words';
import { Bindings } from './bindings';
import { type Errors, type PersonForm, type PlanForm as Form, draftOf, emptyForm, formOf, keyAfter, needsScreen, person, withPoints, withoutPerson } from './draft';
import { wrongAt } from './fields';
import { Orders } from './orders';
import { procedureName } from './people';

const ROLES: readonly Role[] = ['presiding_judge', 'panel_member', 'clerk', 'prosecutor', 'counsel', 'defendant', 'party', 'witness', 'interpreter', 'point_officer', 'observer'];

interface PlanFormProps {
  court: CourtDetail;
  from?: Hearing;
  onSaved: (hearing: Hearing) => void;
  onCancel: () => void;
}

export function PlanForm({ court, from, onSaved, onCancel }: PlanFormProps): JSX.Element {
  const text = words().form;
  const { zone } = court.court;
  const [form, setForm] = useState<Form>(() => (from ? formOf(from) : emptyForm(court.procedures[0] ?? '', dayOf(Date.now(), zone))));
  const { errors, problem, busy, forget, save } = useSaving(form, zone, from, onSaved);
  const change = (next: Form): void => {
    // Errors are told by the numbers of rows: they would stand at another row once one is taken out.
    if (next.people.length < form.people.length || next.orders.length < form.orders.length) forget();
    setForm(next);
  };

  return (
    <main class="wrap form-wrap">
      <h1 class="title">{from ? text.editTitle : text.newTitle}</h1>
      <form onSubmit={(event) => { event.preventDefault(); save(); }} noValidate>
        <div class="mt-4" role="alert">{Object.keys(errors).length > 0 && <Notice kind="look">{text.fix}</Notice>}</div>
        <Case form={form} court={court} errors={errors} onForm={change} />
        <PointChoice form={form} court={court} errors={errors} onForm={change} />
        <People form={form} court={court} errors={errors} onForm={change} />
        <Orders form={form} court={court} errors={errors} onForm={change} />
        <div class="mt-4"><Refused problem={problem} /></div>
        <div class="row row-3 mt-5">
          <Button kind="act" size="lg" type="submit" disabled={busy} testid="save-hearing">{busy ? text.saving : from ? text.saveEdit : text.save}</Button>
          <Button size="lg" onClick={onCancel}>{text.cancel}</Button>
        </div>
      </form>
    </main>
  );
}

interface Saving {
  errors: Errors;
  problem: Problem | undefined;
  busy: boolean;
  forget: () => void;
  save: () => void;
}

/** Checks the form and sends it; what is wrong stands at its field, whoever found it. */
function useSaving(form: Form, zone: string, from: Hearing | undefined, onSaved: (hearing: Hearing) => void): Saving {
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<Problem | undefined>();
  const [busy, setBusy] = useState(false);
  const refused = (error: unknown): void => {
    setBusy(false);
    const found = problemIn(error);
    if (sentToLogin(found)) return;
    const field = found.params['field'];
    if (found.code === 'bad_field' && typeof field === 'string') setErrors({ [field]: 'wrong' });
    setProblem(found);
  };
  const save = (): void => {
    if (busy) return;
    const checked = draftOf(form, zone);
    setProblem(undefined);
    if ('errors' in checked) {
      setErrors(checked.errors);
      return;
    }
    setErrors({});
    setBusy(true);
    const sent = from ? api.changeHearing(from.id, checked.draft) : api.createHearing(checked.draft);
    sent.then(onSaved, refused);
  };
  return { errors, problem, busy, forget: () => { setErrors({}); }, save };
}

interface PartProps {
  form: Form;
  court: CourtDetail;
  errors: Errors;
  onForm: (form: Form) => void;
}

function Case({ form, court, errors, onForm }: PartProps): JSX.Element {
  const text = words().form;
  const procedures = court.procedures.map((name) => ({ value: name, label: procedureName(name) }));
  return (
    <div class="form-grid mt-4">
      <TextField label={text.case} hint={text.caseHint} value={form.case} error={wrongAt(errors, 'case')} maxLength={200} required testid="new-case" onValue={(value) => { onForm({ ...form, case: value }); }} />
      <TextField label={text.subject} hint={text.subjectHint} value={form.title} error={wrongAt(errors, 'title')} maxLength={500} testid="new-title" onValue={(value) => { onForm({ ...form, title: value }); }} />
      <SelectField label={text.procedure} value={form.procedure} options={procedures} error={wrongAt(errors, 'procedure')} onValue={(value) => { onForm({ ...form, procedure: value }); }} />
      <div class="row row-3 top">
        <TextField label={text.date} type="date" value={form.date} error={wrongAt(errors, 'starts')} required onValue={(value) => { onForm({ ...form, date: value }); }} />
        <TextField label={text.time} type="time" value={form.time} required onValue={(value) => { onForm({ ...form, time: value }); }} />
      </div>
    </div>
  );
}

function PointChoice({ form, court, errors, onForm }: PartProps): JSX.Element {
  const text = words();
  return (
    <fieldset class="form-set">
      <legend>{text.form.points}</legend>
      {errors['points'] !== undefined && <p class="field-error">{wrongAt(errors, 'points')}</p>}
      {court.points.length === 0 ? <p class="body ink-2">{text.form.noPoints}</p> : <p class="meta">{text.form.pointsHint}</p>}
      {court.points.map((point) => (
        <label key={point.id} class="check body">
          <input type="checkbox" checked={form.points.includes(point.id)} data-testid={`point-${point.kind}`}
            onChange={(event) => {
              const rest = form.points.filter((id) => id !== point.id);
              onForm(withPoints(form, event.currentTarget.checked ? [...rest, point.id] : rest));
            }} />
          <span>{point.name} <span class="meta">· {text.pointKinds[point.kind]}</span></span>
        </label>
      ))}
    </fieldset>
  );
}

function People({ form, court, errors, onForm }: PartProps): JSX.Element {
  const text = words().form;
  const put = (key: number, to: Partial<PersonForm>): void => {
    onForm({ ...form, people: form.people.map((one) => (one.key === key ? { ...one, ...to } : one)) });
  };
  return (
    <fieldset class="form-set">
      <legend>{text.people}</legend>
      {errors['people'] !== undefined && <p class="field-error">{wrongAt(errors, 'people')}</p>}
      {form.people.map((one, n) => (
        <PersonRow key={one.key} n={n} one={one} form={form} court={court} errors={errors}
          onChange={(to) => { put(one.key, to); }}
          onForm={onForm}
          onRemove={() => { onForm(withoutPerson(form, one.key)); }} />
      ))}
      <p class="mt-3"><Button testid="add-person" onClick={() => { onForm({ ...form, people: [...form.people, person(keyAfter(form.people), 'counsel')] }); }}>{text.add}</Button></p>
    </fieldset>
  );
}

interface RowProps {
  n: number;
  one: PersonForm;
  form: Form;
  court: CourtDetail;
  errors: Errors;
  onChange: (to: Partial<PersonForm>) => void;
  onForm: (form: Form) => void;
  onRemove: () => void;
}

function PersonRow({ n, one, form, court, errors, onChange, onForm, onRemove }: RowProps): JSX.Element {
  const text = words();
  const at = `people[${String(n)}]`;
  const places = [{ value: '', label: text.form.ownPlace }, ...court.points.filter((point) => form.points.includes(point.id)).map((point) => ({ value: point.id, label: point.name }))];
  const accounts = [{ value: '', label: text.form.noAccount }, ...court.accounts.map((account) => ({ value: account.name, label: `${account.display} · ${text.staffRoles[account.role]}` }))];
  return (
    <div class="person-row" role="group" aria-label={text.form.person(n + 1)}>
      <TextField label={text.form.name} value={one.name} error={wrongAt(errors, `${at}.name`)} maxLength={200} required testid={`person-name-${String(n)}`} onValue={(name) => { onChange({ name }); }} />
      <SelectField label={text.form.role} value={one.role} testid={`person-role-${String(n)}`} options={ROLES.map((role) => ({ value: role, label: t().roles[role] }))}
        onValue={(value) => { onChange({ role: ROLES.find((role) => role === value) ?? one.role }); }} />
      <SelectField label={text.form.place} value={one.point} options={places} error={wrongAt(errors, `${at}.point`)} testid={`person-place-${String(n)}`}
        onValue={(point) => { onChange({ point, ownScreen: point === '' || one.account !== '' }); }} />
      <SelectField label={text.form.account} value={one.account} options={accounts} error={wrongAt(errors, `${at}.account`)} disabled={!one.ownScreen && !needsScreen(one)} testid={`person-account-${String(n)}`}
        onValue={(account) => {
          const named = court.accounts.find((known) => known.name === account);
          onChange({ account, ...(one.name.trim() === '' && named ? { name: named.display } : {}) });
        }} />
      <Button size="sm" kind="text" aria-label={text.form.remove(one.name.trim() === '' ? text.form.person(n + 1) : one.name)} onClick={onRemove}>{text.form.removeShort}</Button>
      <Bindings one={one} form={form} errors={errors} onForm={onForm} />
      <label class="check body">
        <input type="checkbox" checked={one.ownScreen || needsScreen(one)} disabled={needsScreen(one)}
          onChange={(event) => { onChange({ ownScreen: event.currentTarget.checked, ...(event.currentTarget.checked ? {} : { account: '' }) }); }} />
        {text.form.ownScreen}
      </label>
    </div>
  );
}
