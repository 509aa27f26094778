//! The plain frame of the pages before anybody is known: log-in and entry by code.

import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../../../core/api';
import { Mast, Technical } from '../../../ui/page';
import { Notice } from '../../../ui/parts';
import { told } from '../../../ui/problems';
import './staff.css';

export function Gate({ title, lead, children }: { title: string; lead: string; children: ComponentChildren }): JSX.Element {
  return (
    <>
      <Mast name="Assize" />
      <main class="gate">
        <h1 class="title">{title}</h1>
        <p class="body ink-2">{lead}</p>
        {children}
      </main>
    </>
  );
}

/** What was refused, announced at once. `staff`: who reads it knows a technician. */
export function Refused({ problem, staff = true }: { problem: Problem | undefined; staff?: boolean }): JSX.Element {
  const text = problem && told(problem, staff);
  return (
    <div role="alert" data-testid="refused">
      {text && <Notice kind="look"><b>{text.title}</b>{text.detail && <><br />{text.detail}</>}<Technical detail={text.technical} /></Notice>}
    </div>
  );
}
