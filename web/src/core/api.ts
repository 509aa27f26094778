//! The REST interface under /api/v1 as the pages use it. Refusals arrive as problem documents (RFC 9457) in the
//! language asked for; they leave here as one error type with a stable code.

import type { Composite, CompositeFormat } from './composite';
import type { Minutes } from './minutes';
import type { Statistics, StatisticsFilter } from './statistics';
import type { Court, HearingId, PersonId, Point, PointId, PointKind, Role, Screen, SessionState } from '../protocol/generated/signal';

export type StaffRole = 'administrator' | 'judge' | 'clerk' | 'technician';

/** A problem document. `code` is stable; `title` and `detail` are in the language asked for. */
export interface Problem {
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Codes made here, for what never reached the server or cannot be read: the pages have their texts. */
export const UNREACHABLE = 'unreachable';
export const UNREADABLE = 'unreadable';

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${String(problem.status)} ${problem.code}: ${problem.detail}`);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export interface Me {
  readonly name: string;
  readonly display: string;
  readonly role: StaffRole;
  readonly court: Court;
}

export interface Device {
  readonly id: string;
  /** RFC 3339 with the court's offset. */
  readonly enrolled: string;
  readonly seen: string | null;
  readonly revoked: string | null;
}

export interface CourtPoint extends Point {
  readonly enrolled: boolean;
  readonly devices: readonly Device[];
}

export interface StaffAccount {
  readonly name: string;
  readonly display: string;
  readonly role: StaffRole;
}

/** What a form for a hearing needs. */
export interface CourtDetail {
  readonly court: Court;
  readonly points: readonly CourtPoint[];
  readonly accounts: readonly StaffAccount[];
  readonly procedures: readonly string[];
}

export interface PlannedPerson {
  readonly id: PersonId;
  readonly name: string;
  readonly role: Role;
  readonly point: PointId | null;
  readonly own_screen: boolean;
  readonly account: string | null;
  /** With whom they may speak in private: counsel and whom they defend, somebody and their interpreter. */
  readonly with?: readonly PersonId[];
  /** When a code was last made for the person; the code itself is shown once and not kept. */
  readonly code_given: string | null;
}

export interface PlannedPoint extends Point {
  readonly enrolled: boolean;
}

export interface Hearing {
  readonly id: HearingId;
  readonly court: Court;
  readonly case: string;
  readonly title: string;
  readonly procedure: string;
  readonly starts: string;
  readonly state: SessionState;
  /** With made-up parties, and no hearing of a case. */
  readonly rehearsal: boolean;
  readonly people: readonly PlannedPerson[];
  readonly points: readonly PlannedPoint[];
  /** Orders that somebody is withheld from others. */
  readonly screens: readonly Screen[];
  /** Why the record of a hearing that is over is not sealed. */
  readonly seal_fault: string | null;
  /** Why the record, though it is sealed, is not among the records yet. */
  readonly shelf_fault: string | null;
  /** With the answer to a change: what it took back. */
  readonly voided?: Voided;
}

/** What a change of the plan took back. */
export interface Voided {
  /** Whose codes no longer work. */
  readonly codes: readonly { readonly id: PersonId; readonly name: string }[];
  /** Whose devices no longer enter this hearing. */
  readonly points: readonly { readonly id: PointId; readonly name: string }[];
  /** Entrances that ended. */
  readonly links: number;
}

export interface LineMeasured {
  readonly way: 'https' | 'media';
  readonly trip_ms: number;
  readonly up_kbps: number | null;
  readonly down_kbps: number | null;
  /** 0 to 1. */
  readonly loss: number | null;
}

/** Levels in dB of full scale. */
export interface SoundMeasured {
  readonly noise_db: number;
  readonly speech_db: number | null;
  readonly clipped: number | null;
}

export interface PictureMeasured {
  readonly width: number;
  readonly height: number;
  /** Mean, 0 to 255. */
  readonly luma: number;
  /** Mean luma of the middle third over that of the rest. */
  readonly middle: number;
}

/** What a readiness test measured; null was not. */
export interface Measured {
  readonly line: LineMeasured | null;
  readonly sound: SoundMeasured | null;
  readonly picture: PictureMeasured | null;
  readonly device: string;
}

export interface ReadinessTest {
  readonly id: string;
  readonly point: PointId;
  /** RFC 3339 with the court's offset. */
  readonly at: string;
  readonly device: string | null;
  readonly account: string | null;
  readonly measured: Measured;
  readonly level: 'good' | 'unknown' | 'look';
  readonly verdicts: readonly { readonly part: 'line' | 'sound' | 'picture'; readonly level: 'good' | 'unknown' | 'look'; readonly code: string }[];
}

/** Tests of a point, latest first. */
export interface PointTests {
  readonly court: Court;
  readonly point: Point;
  readonly tests: readonly ReadinessTest[];
}

/** What a point's device knows of its day. */
export interface Docket {
  readonly zone: string;
  readonly hearings: readonly { readonly id: HearingId; readonly starts: string; readonly state: SessionState }[];
}

/** A text of law or of a procedure, in both languages. */
export interface Text {
  readonly vi: string;
  readonly en: string;
}

export interface ChecklistItem {
  readonly key: string;
  readonly text: Text;
  readonly source: Text;
  readonly answer: { readonly yes: boolean; readonly note: string; readonly who: string; readonly at: string } | null;
}

/** A step before the hearing; days are `yyyy-mm-dd` in the court's zone. */
export interface Deadline {
  readonly key: string;
  readonly text: Text;
  readonly source: Text;
  readonly due: string | null;
  readonly done: string | null;
  readonly standing: 'done' | 'late' | 'overdue' | 'near' | 'open' | 'waits';
  /** Days to the limit; negative: since. */
  readonly left: number | null;
}

/** A step whose limit is near or past, and whose hearing it is. */
export interface DueStep extends Deadline {
  readonly hearing: HearingId;
  readonly case: string;
}

export interface Task {
  readonly text: string;
  readonly owner: string;
  readonly done: boolean;
}

export type PreparationPart =
  | { readonly written: true; readonly tasks: readonly Task[] }
  | { readonly written: false; readonly usual: readonly Text[] };

/** What is written down before a hearing, beside its plan. */
export interface Preparation {
  readonly hearing: HearingId;
  /** Tried by the summary procedure. */
  readonly summary: boolean;
  readonly checklist: readonly ChecklistItem[];
  /** Keys of questions without an answer, and of those answered with no. */
  readonly open: readonly string[];
  readonly against: readonly string[];
  readonly deadlines: readonly Deadline[];
  readonly component_points: { readonly planned: number; readonly most: number | null };
  readonly during: PreparationPart;
  readonly after: PreparationPart;
  /** The latest test of each point that has one. */
  readonly readiness: readonly ReadinessTest[];
}

/** What is not named stays; `null` takes an answer or a day back. */
export interface PreparationPatch {
  readonly summary?: boolean;
  readonly answers?: Readonly<Record<string, { readonly yes: boolean; readonly note?: string } | null>>;
  readonly dates?: Readonly<Record<string, string | null>>;
  readonly during?: readonly Task[];
  readonly after?: readonly Task[];
}

export interface DraftPerson {
  readonly id?: PersonId;
  readonly name: string;
  readonly role: Role;
  readonly point: PointId | null;
  readonly own_screen: boolean;
  readonly account?: string;
  /** Others of the draft by id, or by a name that no other has: who is new has no id yet. */
  readonly with?: readonly string[];
}

/** An order; people as in `with`. */
export interface DraftScreen {
  readonly of: readonly string[];
  readonly people: readonly string[];
  readonly points: readonly PointId[];
  readonly observers: boolean;
  readonly picture: boolean;
  readonly voice: boolean;
  readonly name: boolean;
}

export interface HearingDraft {
  readonly case: string;
  readonly title: string;
  readonly procedure: string;
  /** RFC 3339 with offset. */
  readonly starts: string;
  readonly points: readonly PointId[];
  readonly people: readonly DraftPerson[];
  readonly screens: readonly DraftScreen[];
}

export interface Invitation {
  readonly person: PersonId;
  readonly code: string;
  readonly link: string;
}

/** One person's printed invitation. */
export interface Sheet {
  readonly person: PersonId;
  /** Shown this once; null: enters by account or through the point. */
  readonly code: string | null;
  /** Null: through the point's device. */
  readonly link: string | null;
  /** An SVG document of the link. */
  readonly qr: string | null;
}

export interface Sheets {
  readonly invitations: readonly Sheet[];
  /** The rules that those who take part keep to. */
  readonly conduct: readonly Text[];
}

export interface EnrolmentOffer {
  readonly point: PointId;
  readonly link: string;
  readonly expires: string;
  /** An SVG document, or null. */
  readonly qr: string | null;
}

/** Answer of `POST /api/v1/join`. */
export interface JoinAnswer {
  readonly hearing: HearingId;
  readonly ticket: string;
  readonly resume: string;
  readonly nodes: readonly string[];
  readonly role: Role;
  readonly expires: string;
}

export interface Enrolled {
  readonly device: string;
  readonly id: string;
  readonly point: Point;
  readonly court: Court;
}

export type VerifyResult = 'intact' | 'altered' | 'gaps' | 'unverifiable';

/** One line of `GET /records` -> `{"records":[RecordSummary]}`. */
export interface RecordSummary {
  /** `<hearing>-<sitting>`. */
  readonly id: string;
  readonly hearing: HearingId;
  readonly sitting: number;
  readonly case: string;
  readonly title: string;
  /** `yyyy-mm-dd` in the court's zone. */
  readonly day: string;
  /** RFC 3339 with the court's offset. */
  readonly from: string;
  readonly to: string;
  readonly sealed: string | null;
  /** Result of the last verification; null: never verified. */
  readonly result: VerifyResult | null;
  readonly people: readonly string[];
  /** Of a rehearsal, and of no hearing. */
  readonly rehearsal: boolean;
}

/** Contract section 6. Times are RFC 3339. */
export interface VerifyReport {
  readonly result: VerifyResult;
  readonly hearing: string;
  readonly case: string;
  readonly sealed: boolean;
  /** When a time-stamping authority saw the seal, if one was asked. */
  readonly stamped?: { readonly time: string; readonly vouched: boolean };
  readonly from: string | null;
  readonly to: string | null;
  readonly tracks: readonly {
    readonly id: string;
    readonly person: string | null;
    readonly kind: string;
    readonly seconds: number;
    /** With `pieces`, of several gaps stated as one, only so much of the span is missing. */
    readonly gaps: readonly { readonly from: string | number; readonly to: string | number; readonly reason: string; readonly pieces?: { readonly count: number; readonly missing_us: number } }[];
  }[];
  /** Session time that the court chose not to record, with its reason; absent in reports of earlier versions. */
  readonly unrecorded?: readonly { readonly from: string; readonly to: string; readonly reason: string }[];
  readonly events: number;
  readonly findings: readonly {
    readonly file: string;
    readonly from_byte: number | null;
    readonly to_byte: number | null;
    readonly what: string;
  }[];
}

/** `GET /records/{id}`: the last verdict, if the files are still those of which it is. */
export interface RecordDetail {
  readonly record: RecordSummary;
  /** Null: there is none of the files as they are now; one is being made. */
  readonly verify: VerifyReport | null;
  /** RFC 3339: when it was verified. */
  readonly checked: string | null;
  /** The verification that runs: bytes read, of all (0: it waits for its turn). */
  readonly checking: { readonly read: number; readonly total: number } | null;
  /** Fingerprint of the key with which the court signs. */
  readonly court_key: string | null;
}

/**
 * `GET /records/{id}/timeline`. All `*_ms` without `utc` are milliseconds of hearing time, which is also the time in
 * the media files: `began_utc_ms` turns it into wall time.
 *
 * - `tracks[].segments[].file`: path below `tracks/`, for example `03-camera1/1-0001.webm`. The media is at
 *   `/records/{id}/media/{file}` with `file` percent-encoded as one path part.
 * - `seek`: the segment's chain. `ms` is the time of the last block before `offset`; a cluster starts at `offset`.
 * - `gaps`: time in session in which the track should have been recorded and was not.
 * - `spans`: states of the session in order, from the ledger. Only `in_session` is recorded.
 * - `events`: the ledger; `kind` and `data` as on the line, `n` its number.
 */
export interface Timeline {
  readonly hearing: HearingId;
  readonly case: string;
  readonly title: string;
  /** IANA name of the court's zone. */
  readonly zone: string;
  readonly rehearsal: boolean;
  readonly began_utc_ms: number;
  readonly duration_ms: number;
  readonly tracks: readonly TimelineTrack[];
  readonly spans: readonly { readonly state: SessionState; readonly from_ms: number; readonly to_ms: number }[];
  readonly events: readonly TimelineEvent[];
}

export interface TimelineTrack {
  /** `03-camera1`. */
  readonly id: string;
  readonly seat: number;
  readonly device: string;
  /** The point's or person's name. */
  readonly label: string;
  readonly people: readonly { readonly name: string; readonly role: Role }[];
  readonly audio: boolean;
  readonly segments: readonly Segment[];
  /** With `pieces`, of several gaps stated as one, only so much of the span is missing. */
  readonly gaps: readonly { readonly from_ms: number; readonly to_ms: number; readonly reason: string; readonly pieces?: { readonly count: number; readonly missing_ms: number } }[];
}

export type MediaCodec = 'opus' | 'vp8' | 'vp9' | 'av1' | 'h264';

export interface Segment {
  readonly file: string;
  readonly codec: MediaCodec;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly bytes: number;
  /** Its first byte that may be had, where that is not all of it. */
  readonly begins?: number;
  readonly seek: readonly { readonly offset: number; readonly ms: number }[];
}

export interface TimelineEvent {
  readonly n: number;
  readonly ms: number;
  readonly kind: string;
  readonly data: unknown;
}

/** `GET /records/{id}/access-log` -> `{"viewings":[Viewing]}`, latest first. */
export interface Viewing {
  readonly at: string;
  readonly who: string;
  readonly act: string;
}

export interface HearingFilter {
  readonly date?: string;
  readonly q?: string;
  readonly state?: SessionState;
}

export interface RecordFilter {
  readonly q?: string;
  readonly from?: string;
  readonly to?: string;
  readonly person?: string;
  readonly judge?: string;
  readonly phase?: string;
}

/** `GET /records/nightly`: what the last night's verification of all records found. */
export interface Night {
  /** RFC 3339. */
  readonly ended: string;
  readonly oldest: string | null;
  readonly records: number;
  readonly verified: number;
  readonly intact: number;
  readonly altered: number;
  readonly unproved: number;
  /** Those of the court that are not intact, as far as there is room. */
  readonly named: readonly { readonly id: string; readonly case: string; readonly day: string; readonly result: 'altered' | 'unverifiable' | null }[];
}

/** Where a segment's bytes are. */
export function mediaUrl(record: string, file: string): string {
  return `/api/v1/records/${encodeURIComponent(record)}/media/${encodeURIComponent(file)}`;
}

/** Where the calendar file of a person's or a point's invitation is. */
export function calendarUrl(hearing: HearingId, of: { person: PersonId } | { point: PointId }): string {
  const [kind, id] = 'person' in of ? ['person', of.person] : ['point', of.point];
  return `/api/v1/hearings/${encodeURIComponent(hearing)}/calendar?${kind}=${encodeURIComponent(id)}`;
}

/** `?a=1&b=2` of what is given; empty values are left out. */
export function query(given: object): string {
  const pairs = Object.entries(given as Record<string, string | undefined>).flatMap(([name, value]) =>
    value === undefined || value.trim() === '' ? [] : [`${name}=${encodeURIComponent(value.trim())}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The problem in a refused answer, or one that says that there was none to read. */
export function problemOf(status: number, body: unknown): Problem {
  if (!isRecord(body) || typeof body['code'] !== 'string') {
    return { code: UNREADABLE, status, title: '', detail: '', params: {} };
  }
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  return {
    code: body['code'],
    status,
    title: text('title'),
    detail: text('detail'),
    params: isRecord(body['params']) ? body['params'] : {},
  };
}

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export type Api = ReturnType<typeof createApi>;

/** `language`: the language in which refusals are wanted. */
export function createApi(fetch: Fetch, language: () => string) {
  async function call(method: string, path: string, body?: unknown, signal?: AbortSignal, device?: string): Promise<unknown> {
    const headers: Record<string, string> = { Accept: 'application/json, application/problem+json', 'Accept-Language': language() };
    if (device !== undefined) headers['Authorization'] = `Bearer ${device}`;
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    if (signal !== undefined) init.signal = signal;
    const answer = await answered(fetch(`/api/v1${path}`, init));
    if (answer.status === 204) return undefined;
    const parsed: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) throw new ApiError(problemOf(answer.status, parsed));
    if (parsed === undefined) throw new ApiError(problemOf(answer.status, undefined));
    return parsed;
  }
  // The server is ours and its shapes are checked by its tests: answers are taken at their word here.
  const get = async <T>(path: string, signal?: AbortSignal): Promise<T> => (await call('GET', path, undefined, signal)) as T;
  const send = async <T>(method: string, path: string, body: unknown): Promise<T> => (await call(method, path, body)) as T;
  const part = encodeURIComponent;

  return {
    login: (name: string, password: string) => send<Me>('POST', '/login', { name, password }),
    logout: () => send<undefined>('POST', '/logout', {}),
    me: (signal?: AbortSignal) => get<Me>('/me', signal),
    court: (signal?: AbortSignal) => get<CourtDetail>('/court', signal),
    createPoint: (name: string, kind: PointKind) => send<CourtPoint>('POST', '/points', { name, kind }),
    enrolmentLink: (point: PointId) => send<EnrolmentOffer>('POST', `/points/${part(point)}/enrol`, {}),
    revokeDevice: (device: string) => send<undefined>('DELETE', `/devices/${part(device)}`, undefined),
    hearings: async (filter: HearingFilter, signal?: AbortSignal) =>
      (await get<{ hearings: readonly Hearing[] }>(`/hearings${query(filter)}`, signal)).hearings,
    hearing: (id: HearingId, signal?: AbortSignal) => get<Hearing>(`/hearings/${part(id)}`, signal),
    createHearing: (draft: HearingDraft) => send<Hearing>('POST', '/hearings', draft),
    changeHearing: (id: HearingId, draft: Partial<HearingDraft>) => send<Hearing>('PATCH', `/hearings/${part(id)}`, draft),
    rehearse: (id: HearingId) => send<Hearing>('POST', `/hearings/${part(id)}/rehearsal`, {}),
    /** The seat of a point's device, in a rehearsal. */
    rehearsalSeat: (id: HearingId, point: PointId) => send<JoinAnswer>('POST', `/hearings/${part(id)}/rehearsal/seat`, { point }),
    invite: (id: HearingId, person: PersonId) => send<Invitation>('POST', `/hearings/${part(id)}/invite`, { person }),
    invitations: (id: HearingId, people: readonly PersonId[]) => send<Sheets>('POST', `/hearings/${part(id)}/invitations`, { people }),
    revokeCode: (id: HearingId, person: PersonId) => send<undefined>('POST', `/hearings/${part(id)}/revoke`, { person }),
    preparation: (id: HearingId, signal?: AbortSignal) => get<Preparation>(`/hearings/${part(id)}/preparation`, signal),
    changePreparation: (id: HearingId, patch: PreparationPatch) => send<Preparation>('PATCH', `/hearings/${part(id)}/preparation`, patch),
    /** Keeps a readiness test: a device's of its own point, or staff's of the point they name. */
    putTest: async (measured: Measured, by: { device: string } | { point: PointId }) =>
      (await call('POST', '/readiness', 'point' in by ? { point: by.point, measured } : { measured }, undefined, 'device' in by ? by.device : undefined)) as ReadinessTest,
    tests: (point: PointId, signal?: AbortSignal) => get<PointTests>(`/points/${part(point)}/readiness`, signal),
    docket: async (device: string, signal?: AbortSignal) => (await call('GET', '/docket', undefined, signal, device)) as Docket,
    deadlines: async (signal?: AbortSignal) => (await get<{ deadlines: readonly DueStep[] }>('/deadlines', signal)).deadlines,
    join: (by: { code: string; tokens: readonly string[] } | { device: string } | { hearing: HearingId }) => send<JoinAnswer>('POST', '/join', by),
    enrol: (token: string) => send<Enrolled>('POST', '/enrol', { token }),
    records: async (filter: RecordFilter, signal?: AbortSignal) =>
      (await get<{ records: readonly RecordSummary[] }>(`/records${query(filter)}`, signal)).records,
    nightly: (signal?: AbortSignal) => get<Night | null>('/records/nightly', signal),
    record: (id: string, signal?: AbortSignal) => get<RecordDetail>(`/records/${part(id)}`, signal),
    verifyAgain: (id: string) => send<RecordDetail>('POST', `/records/${part(id)}/verify`, {}),
    composites: async (id: string, signal?: AbortSignal) =>
      (await get<{ composites: readonly Composite[] }>(`/records/${part(id)}/composite`, signal)).composites,
    askComposite: async (id: string, format: CompositeFormat) =>
      (await send<{ composites: readonly Composite[] }>('POST', `/records/${part(id)}/composite`, { format })).composites,
    timeline: (id: string, signal?: AbortSignal) => get<Timeline>(`/records/${part(id)}/timeline`, signal),
    /** How loud a track was, a byte for each tenth of a second of hearing time (`core/player/levels`); undefined where that is not kept. */
    levels: async (id: string, track: string, signal?: AbortSignal): Promise<Uint8Array | undefined> => {
      const init: RequestInit = { headers: { 'Accept-Language': language() }, credentials: 'same-origin', ...(signal === undefined ? {} : { signal }) };
      const answer = await answered(fetch(`/api/v1/records/${part(id)}/levels/${part(track)}`, init));
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new ApiError(problemOf(answer.status, await answer.json().catch(() => undefined)));
      return new Uint8Array(await answer.arrayBuffer());
    },
    statistics: (filter: StatisticsFilter, signal?: AbortSignal) => get<Statistics>(`/statistics${query(filter)}`, signal),
    minutes: (id: string, signal?: AbortSignal) => get<Minutes>(`/records/${part(id)}/minutes`, signal),
    ruleRequest: (id: string, number: number, accept: boolean, reason: string | null) =>
      send<undefined>('POST', `/records/${part(id)}/minutes/requests/${String(number)}`, { accept, reason }),
    accessLog: async (id: string, signal?: AbortSignal) =>
      (await get<{ viewings: readonly Viewing[] }>(`/records/${part(id)}/access-log`, signal)).viewings,
  };
}

async function answered(pending: Promise<Response>): Promise<Response> {
  try {
    return await pending;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ code: UNREACHABLE, status: 0, title: '', detail: '', params: {} });
  }
}

/** The interface as a page in a browser uses it. */
export const api: Api = createApi(
  (path, init) => globalThis.fetch(path, init),
  () => document.documentElement.lang,
);
