//! Files that are handed in and shown, over HTTP: whoever asks is a live link, known by its resume token.

import type { ExhibitFile, HearingId } from '../protocol/generated/signal';
import { ApiError, problemOf, UNREACHABLE, UNREADABLE } from './api';

/** What the server says of a file that it took. */
export interface Receipt {
  readonly number: number;
  readonly sha256: string;
  readonly bytes: number;
}

/** What is not even sent, as the server is set up at first: documents and pictures, and recordings. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_RECORDED = 512 * 1024 * 1024;

export async function call(path: string, token: string, init: RequestInit): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, 'Accept-Language': document.documentElement.lang, ...init.headers };
  const answer = await fetch(`/api/v1/hearings/${path}`, { ...init, headers, credentials: 'same-origin', cache: 'no-store' }).catch(() => {
    throw new ApiError({ code: UNREACHABLE, status: 0, title: '', detail: '', params: {} });
  });
  if (answer.ok) return answer;
  throw new ApiError(problemOf(answer.status, await answer.json().catch(() => undefined)));
}

/** Hands a file in. */
export async function handIn(hearing: HearingId, token: string, file: Blob, title: string): Promise<Receipt> {
  const limit = /^(audio|video)\//.test(file.type) ? MOST_RECORDED : MOST_BYTES;
  if (file.size > limit) throw new ApiError({ code: 'too_large', status: 413, title: '', detail: '', params: { limit } });
  const path = `${encodeURIComponent(hearing)}/exhibits?title=${encodeURIComponent(title)}`;
  const answer = await call(path, token, { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } });
  const receipt = (await answer.json().catch(() => null)) as Receipt | null;
  if (receipt === null) throw new ApiError({ code: UNREADABLE, status: answer.status, title: '', detail: '', params: {} });
  return receipt;
}

/** The file, if it is this link's to read now. */
export async function exhibit(hearing: HearingId, token: string, sha256: string): Promise<Blob> {
  return (await call(`${encodeURIComponent(hearing)}/exhibits/${sha256}`, token, {})).blob();
}

/** A file's name without its ending: the title until somebody gives another. */
export function titleOf(name: string): string {
  return name.replace(/\.[^.]{1,5}$/, '').trim().slice(0, 200);
}

/** The beginning of a hash, in groups: enough to compare by voice. */
export function shortHash(sha256: string): string {
  return (sha256.slice(0, 12).match(/.{4}/g) ?? []).join(' ');
}

/** Whether a file is played and has no pages. */
export function isRecording({ media_type: type }: ExhibitFile): boolean {
  return !['pdf', 'jpeg', 'png', 'webp'].includes(type);
}
