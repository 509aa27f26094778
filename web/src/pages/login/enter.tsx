//! Entry by code, for people without an account. The answer is handed to the device check.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Problem, api } from '../../core/api';
import { HeldSeats } from '../../core/seatkey';
import { navigate } from '../../state/route';
import { unsupported } from '../../ui/live/notices';
import { usePage } from '../../ui/page';
import { problemIn } from '../../ui/problems';
import { Button, TextField } from '../../ui/parts';
import { Gate, Refused } from './parts/gate';
import { words } from './parts/words';

/** Where the device check finds the answer of `POST /api/v1/join`. */
const JOIN = 'assize.join';

/** What cannot take part is told so before a code is spent on it. */
export default function Enter(): JSX.Element {
  return unsupported() ?? <Code />;
}

function Code(): JSX.Element {
  const text = words().enter;
  usePage(text.title, 'paper');
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();

  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (busy || code.trim() === '') return;
    setBusy(true);
    setProblem(undefined);
    api.join({ code: code.trim(), tokens: new HeldSeats(localStorage).tokens() }).then(
      (answer) => {
        sessionStorage.setItem(JOIN, JSON.stringify(answer));
        navigate('/check');
      },
      (error: unknown) => {
        setBusy(false);
        setProblem(problemIn(error));
      },
    );
  };

  return (
    <Gate title={text.title} lead={text.lead}>
      <form class="gate-form" onSubmit={submit} noValidate>
        <Refused problem={problem} staff={false} />
        <TextField label={text.code} hint={text.codeHint} name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck={false} autofocus
          maxLength={64} value={code} onValue={setCode} error={tried && code.trim() === '' ? text.missing : undefined} testid="code-input" />
        <Button kind="act" size="lg" type="submit" disabled={busy} testid="code-submit">{busy ? text.busy : text.submit}</Button>
        <p class="meta">{text.next}</p>
      </form>
      <p class="gate-other body"><a href="/login">{text.staff}</a></p>
    </Gate>
  );
}
