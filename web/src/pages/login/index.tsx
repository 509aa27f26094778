//! Log-in of the court's staff.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Problem, api } from '../../core/api';
import { navigate } from '../../state/route';
import { usePage } from '../../ui/page';
import { Button, TextField } from '../../ui/parts';
import { Gate, Refused } from './parts/gate';
import { problemIn } from '../../ui/problems';
import { nextOf } from './parts/problems';
import { words } from './parts/words';

export default function Login(): JSX.Element {
  const text = words().login;
  usePage(text.title, 'paper');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const goOn = (): void => { navigate(nextOf(location.search), true); };

  // Who is logged in already goes on.
  useEffect(() => {
    const abort = new AbortController();
    api.me(abort.signal).then(goOn, () => undefined);
    return () => { abort.abort(); };
  }, []);

  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (busy || name.trim() === '' || password === '') return;
    setBusy(true);
    setProblem(undefined);
    api.login(name, password).then(goOn, (error: unknown) => {
      setBusy(false);
      setPassword('');
      setTried(false);
      setProblem(problemIn(error));
    });
  };

  return (
    <Gate title={text.title} lead={text.lead}>
      <form class="gate-form" onSubmit={submit} noValidate>
        <Refused problem={problem} />
        <TextField label={text.name} name="username" autocomplete="username" spellcheck={false} autofocus value={name} onValue={setName}
          error={tried && name.trim() === '' ? text.nameMissing : undefined} testid="login-user" />
        <TextField label={text.password} name="password" type="password" autocomplete="current-password" value={password} onValue={setPassword}
          error={tried && password === '' ? text.passwordMissing : undefined} testid="login-password" />
        <Button kind="act" size="lg" type="submit" disabled={busy} testid="login-submit">{busy ? text.busy : text.submit}</Button>
      </form>
      <p class="gate-other body"><a href="/enter">{text.byCode}</a><br /><span class="meta">{text.byCodeHint}</span></p>
    </Gate>
  );
}
