//! Encrypts and decrypts frames beside the page: attached to every sender and receiver of a sealed transport. What cannot be
//! encrypted is not sent, what does not open is not shown.

import type { Bytes } from './bytes';
import { Opener, Sealer, type FrameKey, type Kind } from './frames';

export type Direction = 'send' | 'receive';

/** From the page: the keys from now on; or the streams of a sender or receiver, where a browser has no script transforms. */
export type Order =
  | { readonly say: 'keys'; readonly own: FrameKey | null; readonly others: readonly FrameKey[] }
  | { readonly say: 'streams'; readonly direction: Direction; readonly readable: ReadableStream; readonly writable: WritableStream };

interface Frame {
  data: ArrayBuffer;
  /** Of pictures. */
  readonly type?: string;
  getMetadata(): { mimeType?: string };
}

interface Transformer {
  readonly options: { readonly direction: Direction };
  readonly readable: ReadableStream<Frame>;
  readonly writable: WritableStream<Frame>;
  sendKeyFrameRequest?(): Promise<void>;
}

const opener = new Opener();
let own: { readonly id: number; readonly sealer: Sealer } | null = null;
/** Asks, once there are new keys, for a picture to begin with. */
const wanting = new Set<() => void>();

function kindOf(frame: Frame): Kind {
  if (frame.type !== undefined) return 'vp8';
  return /red$/i.test(frame.getMetadata().mimeType ?? '') ? 'red' : 'opus';
}

function changed(direction: Direction, frame: Frame): Promise<Bytes | null> {
  const data = new Uint8Array(frame.data);
  return direction === 'receive' ? opener.open(kindOf(frame), data) : own ? own.sealer.seal(kindOf(frame), data) : Promise.resolve(null);
}

function run(direction: Direction, readable: ReadableStream<Frame>, writable: WritableStream<Frame>, ask: () => void): void {
  const change = new TransformStream<Frame, Frame>({
    async transform(frame, onward) {
      const data = await changed(direction, frame);
      if (data) {
        frame.data = data.buffer;
        onward.enqueue(frame);
      } else if (frame.type !== undefined && direction === 'receive') wanting.add(ask);
    },
  });
  // Ends with the transport.
  readable.pipeThrough(change).pipeTo(writable).catch(() => undefined);
}

function take(order: Order): void {
  if (order.say === 'streams') {
    run(order.direction, order.readable as ReadableStream<Frame>, order.writable as WritableStream<Frame>, () => undefined);
    return;
  }
  if (order.own?.id !== own?.id) own = order.own && { id: order.own.id, sealer: new Sealer(order.own) };
  opener.use(order.others);
  const asks = [...wanting];
  wanting.clear();
  for (const ask of asks) ask();
}

addEventListener('message', ({ data }: MessageEvent<Order>) => take(data));
addEventListener('rtctransform', (event) => {
  const { transformer } = event as Event & { transformer: Transformer };
  run(transformer.options.direction, transformer.readable, transformer.writable, () => void transformer.sendKeyFrameRequest?.().catch(() => undefined));
});
