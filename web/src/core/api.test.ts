import { describe, expect, it } from 'vitest';
import { ApiError, createApi, mediaUrl, problemOf, query } from './api';

function answering(answer: () => Promise<Response> | Response) {
  const calls: { path: string; init: RequestInit }[] = [];
  const api = createApi((path, init) => {
    calls.push({ path, init });
    return Promise.resolve().then(answer);
  }, () => 'vi');
  return { api, calls };
}

const problem = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(() => undefined, (e: unknown) => e);
  if (!(error instanceof ApiError)) throw new Error(`expected a refusal, not ${String(error)}`);
  return error;
}

describe('the interface', () => {
  it('asks in the language of the screen and sends JSON', async () => {
    const { api, calls } = answering(() => Response.json({ name: 'a' }));
    await api.login('an', 'secret');
    expect(calls[0]?.path).toBe('/api/v1/login');
    expect(calls[0]?.init.headers).toMatchObject({ 'Accept-Language': 'vi', 'Content-Type': 'application/json' });
    expect(calls[0]?.init.body).toBe('{"name":"an","password":"secret"}');
  });

  it('throws a refusal as a problem with its code, text and parameters', async () => {
    const { api } = answering(() => problem(422, { code: 'bad_field', title: 'T', detail: 'D', params: { field: 'case' } }));
    const { problem: told } = await failure(api.hearing('x'));
    expect(told).toEqual({ code: 'bad_field', status: 422, title: 'T', detail: 'D', params: { field: 'case' } });
  });

  it('tells an answer that is no problem document apart', async () => {
    const { api } = answering(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect((await failure(api.me())).problem).toMatchObject({ code: 'unreadable', status: 502 });
    const { api: odd } = answering(() => new Response('not json', { status: 200 }));
    expect((await failure(odd.me())).problem.code).toBe('unreadable');
  });

  it('tells no answer at all apart', async () => {
    const { api } = answering(() => { throw new TypeError('Failed to fetch'); });
    expect((await failure(api.records({}))).problem).toMatchObject({ code: 'unreachable', status: 0 });
  });

  it('lets an abort through as it is', async () => {
    const { api } = answering(() => { throw new DOMException('gone', 'AbortError'); });
    await expect(api.me()).rejects.toThrowError(expect.objectContaining({ name: 'AbortError' }));
  });

  it('takes an answer without content', async () => {
    const { api } = answering(() => new Response(null, { status: 204 }));
    await expect(api.logout()).resolves.toBeUndefined();
  });
});

describe('addresses', () => {
  it('leave out what is empty and encode the rest', () => {
    expect(query({ q: ' xe máy ', from: '', to: undefined, person: 'Tú & Sơn' })).toBe('?q=xe%20m%C3%A1y&person=T%C3%BA%20%26%20S%C6%A1n');
    expect(query({})).toBe('');
  });

  it('name a media file as one part', () => {
    expect(mediaUrl('a-01', '03-camera1/1-0001.webm')).toBe('/api/v1/records/a-01/media/03-camera1%2F1-0001.webm');
  });
});

describe('problemOf', () => {
  it.each([[null], ['text'], [[]], [{ code: 7 }], [undefined]])('reads %j as unreadable', (body) => {
    expect(problemOf(500, body).code).toBe('unreadable');
  });
});
