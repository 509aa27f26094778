//! Frames of pages: the head of a paper page, and the designed states of loading, emptiness and failure.

import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { language, setLanguage, t } from '../i18n';
import { Button, Icon } from './parts';

/** The switch that every page has. It names the other language in that language. */
export function LanguageSwitch({ class: more }: { class?: string }): JSX.Element {
  const other = language.value === 'vi' ? 'en' : 'vi';
  return (
    <button type="button" class={`btn btn-text btn-sm ${more ?? ''}`} lang={other} data-testid="language" onClick={() => setLanguage(other)}>
      {other === 'en' ? 'English' : 'Tiếng Việt'}
    </button>
  );
}

/** Sets the document's title, language and theme while the page is shown. */
export function usePage(title: string, theme: 'paper' | 'courtroom'): void {
  const tongue = language.value;
  useEffect(() => {
    document.title = `${title} · Assize`;
    document.documentElement.lang = tongue;
    document.body.dataset['theme'] = theme;
  }, [title, theme, tongue]);
}

export function Seal(): JSX.Element {
  return <span class="mark-seal" aria-hidden="true" />;
}

interface MastProps {
  /** The court's name, or the program's before it is known. */
  name: string;
  children?: ComponentChildren;
}

/** The head of every paper page: court, navigation given as children, language. */
export function Mast({ name, children }: MastProps): JSX.Element {
  return (
    <header class="mast">
      <div class="mark"><Seal /><span class="body strong">{name}</span></div>
      {children}
      <p class="end body row row-4"><LanguageSwitch /></p>
    </header>
  );
}

export function Loading({ children }: { children?: ComponentChildren }): JSX.Element {
  return <p class="state body ink-2" role="status"><Icon name="clock" />{children ?? t().loading}</p>;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return <div class="state state-empty"><p class="lead strong">{title}</p>{children}</div>;
}

/** What only a technician can use, behind what everybody can. */
export function Technical({ detail }: { detail: string }): JSX.Element | null {
  return detail === '' ? null : <p class="meta technical">{t().technical(detail)}</p>;
}

/** What failed, why, and a way on. */
export function Failure({ title, detail, technical = '', again }: { title: string; detail?: string | undefined; technical?: string; again?: (() => void) | undefined }): JSX.Element {
  return (
    <div class="state state-empty" role="alert">
      <p class="lead strong row"><Icon name="alert" />{title}</p>
      {detail && <p class="body">{detail}</p>}
      <Technical detail={technical} />
      {again && <p><Button onClick={again}>{t().tryAgain}</Button></p>}
    </div>
  );
}
