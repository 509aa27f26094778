//! The film made of the record: how it stands, and what may be done with it.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Problem, api } from '../../../core/api';
import { type Composite, compositeUrl, isUnderWay } from '../../../core/composite';
import { catalogue } from '../../../i18n';
import { composite as english } from '../../../i18n/en/composite';
import { composite as vietnamese } from '../../../i18n/vi/composite';
import { Loading } from '../../../ui/page';
import { Button } from '../../../ui/parts';
import { problemIn } from '../../../ui/problems';
import { Problematic } from '../../login/parts/frame';
import { useLoad } from '../../login/parts/load';
import './composite.css';

const words = catalogue(vietnamese, english);

/** How often the page asks how far it is, in ms. */
const ASK_AGAIN = 2000;

export function Composites({ id }: { id: string }): JSX.Element {
  const text = words();
  const { now, again, put } = useLoad((signal) => api.composites(id, signal), [id]);
  const [refused, setRefused] = useState<Problem | undefined>();
  const composites = now.state === 'ready' ? now.value : undefined;
  useEffect(() => {
    if (!composites || !isUnderWay(composites)) return;
    const timer = setTimeout(again, ASK_AGAIN);
    return () => { clearTimeout(timer); };
  }, [composites]);
  const make = (one: Composite): void => {
    setRefused(undefined);
    api.askComposite(id, one.format).then(put, (error: unknown) => { setRefused(problemIn(error)); });
  };
  return (
    <section class="film" aria-labelledby="film-title" data-testid="composite">
      <div class="sec-h"><h2 id="film-title">{text.title}</h2></div>
      <p class="meta">{text.how}</p>
      {now.state === 'loading' && <Loading />}
      {now.state === 'failed' && <Problematic problem={now.problem} again={again} />}
      {refused && <Problematic problem={refused} again={again} />}
      {composites && <ul>{composites.map((one) => <One key={one.format} id={id} one={one} make={() => { make(one); }} />)}</ul>}
      {composites && isUnderWay(composites) && <p class="meta">{text.slow}</p>}
    </section>
  );
}

function One({ id, one, make }: { id: string; one: Composite; make: () => void }): JSX.Element {
  const text = words();
  const format = text.formats[one.format];
  return (
    <li data-testid={`composite-${one.format}`} data-state={one.state}>
      <span class="strong">{format}</span>
      <span role="status"><State one={one} /></span>
      <span class="row wrap-row">
        {one.state === 'none' && <Button size="sm" aria-label={text.makeOf(format)} testid={`compose-${one.format}`} onClick={make}>{text.make}</Button>}
        {one.state === 'failed' && <Button size="sm" testid={`compose-${one.format}`} onClick={make}>{text.again}</Button>}
        {one.file !== null && (
          <>
            <a class="btn btn-sm" target="_blank" rel="noopener" aria-label={text.playOf(format)} href={compositeUrl(id, one.file)}>{text.play}</a>
            <a class="btn btn-sm" download aria-label={text.saveOf(format)} href={compositeUrl(id, one.file)}>{text.save}</a>
          </>
        )}
      </span>
    </li>
  );
}

function State({ one }: { one: Composite }): JSX.Element {
  const text = words();
  switch (one.state) {
    case 'none': return <>{text.none}</>;
    case 'waiting': return <>{text.waiting}</>;
    case 'running': return <>{text.running(one.percent ?? 0)}{' '}<progress aria-label={text.title} max={100} value={one.percent ?? 0} /></>;
    case 'done': return <span class="num">{text.megabytes((one.bytes ?? 0) / 1e6)}</span>;
    case 'failed': return <span class="look">{text.troubles[one.trouble ?? 'failed']}</span>;
  }
}
