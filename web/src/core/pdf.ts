//! PDF documents, drawn to a canvas. Nothing in them is run: the part of pdf.js that runs scripts (its sandbox) is not in the
//! client, forms in XML are not read, links and actions are not laid over the page.

import { getDocument, GlobalWorkerOptions, version } from 'pdfjs-dist/legacy/build/pdf.min.mjs';
import worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import { dimension, type Paper } from './paper';

GlobalWorkerOptions.workerSrc = worker;

/** A picture inside a document that has more pixels is left out: it would not fit into a small computer's memory. */
const MOST_PIXELS = 52_000_000;

/** Opens a document; one that wants a password, or is none, fails. */
export async function document(data: Uint8Array): Promise<Paper> {
  // WebAssembly would want a hole in the content security policy; scans in JPEG 2000 are decoded by its twin in JavaScript.
  const wasmUrl = new URL(`/assets/pdf-${version}/`, location.href).href;
  const task = getDocument({ data, isEvalSupported: false, enableXfa: false, useWasm: false, wasmUrl, useWorkerFetch: false, maxImageSize: MOST_PIXELS, verbosity: 0 });
  const opened = await task.promise;
  let drawing: { cancel(): void; promise: Promise<unknown> } | null = null;
  return {
    pages: opened.numPages,
    draw: async (canvas, number, place, ratio) => {
      const page = await opened.getPage(Math.max(1, Math.min(number, opened.numPages)));
      // The canvas is one drawing's at a time, and the latest counts.
      drawing?.cancel();
      const scale = dimension(canvas, page.getViewport({ scale: 1 }), place, ratio);
      const mine = page.render({ canvas, viewport: page.getViewport({ scale }), background: '#ffffff' });
      drawing = mine;
      await mine.promise.catch((error: unknown) => {
        // One that was overtaken by the next.
        if (!(error instanceof Error && error.name === 'RenderingCancelledException')) throw error;
      });
    },
    close: () => void task.destroy(),
  };
}
