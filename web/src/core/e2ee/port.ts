//! The worker that encrypts, and how it is attached in this browser.

import type { Port } from './vault';
import type { Direction, Order } from './worker';

/** What of browsers before script transforms is used. */
interface Streams {
  createEncodedStreams(): { readable: ReadableStream; writable: WritableStream };
}

/** `script`: by script transforms; `streams`: as Chromium had it before them; `null`: this browser cannot. */
export function way(scope: { RTCRtpScriptTransform?: unknown; RTCRtpSender?: { prototype: object }; Worker?: unknown; crypto?: { subtle?: unknown } } = globalThis): 'script' | 'streams' | null {
  if (!scope.Worker || !scope.crypto?.subtle) return null;
  if (scope.RTCRtpScriptTransform) return 'script';
  return scope.RTCRtpSender && 'createEncodedStreams' in scope.RTCRtpSender.prototype ? 'streams' : null;
}

/** What a peer connection of a sealed transport is made with. */
export function configuration(): RTCConfiguration {
  return way() === 'streams' ? { encodedInsertableStreams: true } as RTCConfiguration : {};
}

/** One worker for a page, made when it is first needed. */
export function port(): Port {
  let worker: Worker | null = null;
  const running = (): Worker => worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const post = (order: Order, transfer: Transferable[] = []): void => running().postMessage(order, transfer);
  return {
    // Nothing to forget where nothing was ever agreed.
    post: (order) => { if (worker !== null || (order.say === 'keys' && order.own !== null)) post(order); },
    attach: (direction: Direction, part) => {
      if (way() === 'script') {
        part.transform = new RTCRtpScriptTransform(running(), { direction });
        return;
      }
      const { readable, writable } = (part as unknown as Streams).createEncodedStreams();
      post({ say: 'streams', direction, readable, writable }, [readable, writable]);
    },
  };
}
