//! The small parts of every screen: buttons, fields, badges, notices. Their look is styles/components.css.

import type { ButtonHTMLAttributes, ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

export function Icon({ name, size }: { name: string; size?: 16 | 24 | 32 | 48 }): JSX.Element {
  return <i class={`i i-${name}${size ? ` i-${size}` : ''}`} aria-hidden="true" />;
}

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'size'> & {
  /** `act`: the one filled button of a screen; `outline` offers; `text` leads elsewhere. */
  kind?: 'act' | 'outline' | 'text';
  size?: 'sm' | 'lg';
  block?: boolean;
  icon?: string;
  testid?: string;
  children: ComponentChildren;
};

export function Button({ kind = 'outline', size, block, icon, testid, children, class: more, ...rest }: ButtonProps): JSX.Element {
  const names = ['btn', kind !== 'outline' && `btn-${kind}`, size && `btn-${size}`, block && 'btn-block', more].filter(Boolean).join(' ');
  return (
    <button type="button" {...rest} class={names} data-testid={testid}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Gets the ids that join the control with its label, hint and error. */
  children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined; class: string }) => ComponentChildren;
}

/** A label above, then the hint, then the error with its remedy, then the control. */
export function Field({ label, hint, error, children }: FieldProps): JSX.Element {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class={`field grow${error ? ' is-wrong' : ''}`}>
      <label class="field-label" for={id}>{label}</label>
      {hint && <span class="field-hint" id={`${id}-hint`}>{hint}</span>}
      {error && <span class="field-error" id={`${id}-error`}><Icon name="alert" />{error}</span>}
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined, class: 'input' })}
    </div>
  );
}

interface InputProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  onValue: (value: string) => void;
  type?: 'text' | 'password' | 'date' | 'time' | 'datetime-local' | 'search';
  name?: string;
  autocomplete?: string;
  placeholder?: string;
  maxLength?: number;
  required?: boolean;
  autofocus?: boolean;
  disabled?: boolean;
  spellcheck?: boolean;
  autocapitalize?: 'off' | 'characters' | 'sentences';
  testid?: string;
}

export function TextField({ label, hint, error, value, onValue, testid, type = 'text', ...rest }: InputProps): JSX.Element {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input {...rest} {...ids} type={type as 'text'} value={value} data-testid={testid} onInput={(event) => onValue(event.currentTarget.value)} />}
    </Field>
  );
}

type SelectProps = {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  options: { value: string; label: string }[];
  onValue: (value: string) => void;
  testid?: string;
  disabled?: boolean;
};

export function SelectField({ label, hint, error, value, options, onValue, testid, disabled }: SelectProps): JSX.Element {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...ids} value={value} disabled={disabled} data-testid={testid} onChange={(event) => onValue(event.currentTarget.value)}>
          {options.map((option) => <option key={option.value} value={option.value} selected={option.value === value}>{option.label}</option>)}
        </select>
      )}
    </Field>
  );
}

export type BadgeKind = 'session' | 'verified' | 'look' | 'act' | 'held' | 'quiet' | 'plain';

export function Badge({ kind = 'plain', icon, title, children }: { kind?: BadgeKind; icon?: string; title?: string; children: ComponentChildren }): JSX.Element {
  return <span class={kind === 'plain' ? 'badge' : `badge badge-${kind}`} title={title}>{icon && <Icon name={icon} />}{children}</span>;
}

interface NoticeProps {
  kind?: 'plain' | 'look' | 'ok';
  icon?: string;
  /** `assertive` only for what somebody must act on at once. */
  live?: 'polite' | 'assertive';
  testid?: string;
  children: ComponentChildren;
}

export function Notice({ kind = 'plain', icon, live, testid, children }: NoticeProps): JSX.Element {
  const picture = icon ?? (kind === 'look' ? 'alert' : kind === 'ok' ? 'check-ring' : 'info');
  return (
    <div class={kind === 'plain' ? 'notice' : `notice notice-${kind}`} role={live === 'assertive' ? 'alert' : live ? 'status' : undefined} data-testid={testid}>
      <Icon name={picture} />
      <div class="body grow">{children}</div>
    </div>
  );
}

export function SectionHead({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return <div class="sec-h"><h2>{title}</h2>{children && <span class="meta">{children}</span>}</div>;
}

/** Ten cells (or more) of sound level, no bounce. `level` from 0 to 1. */
export function Level({ level, cells = 10, wide = false, label }: { level: number; cells?: number; wide?: boolean; label?: string }): JSX.Element {
  const lit = Math.round(Math.min(1, Math.max(0, level)) * cells);
  return (
    <span class={wide ? 'level level-wide' : 'level'} role={label ? 'img' : undefined} aria-label={label} aria-hidden={label ? undefined : true}>
      {Array.from({ length: cells }, (_, n) => <b key={n} class={n < lit ? 'on' : undefined} />)}
    </span>
  );
}

/** Line quality, 0 (none) to 4 (good), with its word for those who do not see it. */
export function Bars({ steps, label }: { steps: 0 | 1 | 2 | 3 | 4; label: string }): JSX.Element {
  return <span class={`bars bars-${steps}`} role="img" aria-label={label}><b /><b /><b /><b /></span>;
}
