// What is used of pdf.js, and no more.
declare module 'pdfjs-dist/legacy/build/pdf.min.mjs' {
  interface Viewport { readonly width: number; readonly height: number }
  interface Rendering { readonly promise: Promise<unknown>; cancel(): void }
  interface Page {
    getViewport(options: { scale: number }): Viewport;
    render(options: { canvas: HTMLCanvasElement; viewport: Viewport; background: string }): Rendering;
  }
  interface Opened { readonly numPages: number; getPage(number: number): Promise<Page> }
  export const version: string;
  export const GlobalWorkerOptions: { workerSrc: string };
  export function getDocument(options: {
    data: Uint8Array; isEvalSupported: boolean; enableXfa: boolean; useWasm: boolean; wasmUrl: string; useWorkerFetch: boolean; maxImageSize: number; verbosity: number;
  }): { readonly promise: Promise<Opened>; destroy(): Promise<void> };
}
