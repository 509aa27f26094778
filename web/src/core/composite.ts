//! Films made of a record, as the server says how they stand.

export type CompositeFormat = 'mp4' | 'webm';

export type CompositeTrouble = 'not_sealed' | 'nothing_recorded' | 'busy' | 'no_room' | 'died' | 'failed';

/** `GET /records/{id}/composite` -> `{"composites":[Composite]}`, one a format. */
export interface Composite {
  readonly format: CompositeFormat;
  readonly state: 'none' | 'waiting' | 'running' | 'done' | 'failed';
  /** While it is made. */
  readonly percent: number | null;
  /** Name and size of the file, once it is there. */
  readonly file: string | null;
  readonly bytes: number | null;
  readonly trouble: CompositeTrouble | null;
}

/** Whether anything is being made, or is about to be. */
export function isUnderWay(composites: readonly Composite[]): boolean {
  return composites.some(({ state }) => state === 'waiting' || state === 'running');
}

/** Where a film is. */
export function compositeUrl(record: string, file: string): string {
  return `/api/v1/records/${encodeURIComponent(record)}/composite/${encodeURIComponent(file)}`;
}
