//! Keys agreed between the members of a private room. The server passes them on and cannot read them.

import { fromText, join, text, toText, type Bytes } from './bytes';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const NUMBER = 12;
/** Rounds that make a code slow to forge, and take a tenth of a second. */
const ROUNDS = 200_000;

/** What one connection agrees keys with. It is made anew for each, and kept nowhere. */
export interface Pair {
  /** As the members' view has it: a point in base64url. */
  readonly shown: string;
  readonly secret: CryptoKey;
}

export async function makePair(): Promise<Pair> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  return { shown: toText(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))), secret: privateKey };
}

/** The key that two members share, bound to the hearing and to both public keys. */
async function shared(pair: Pair, other: string, hearing: string): Promise<CryptoKey> {
  const point = await crypto.subtle.importKey('raw', fromText(other), CURVE, false, []);
  const bits = await crypto.subtle.deriveBits({ name: 'ECDH', public: point }, pair.secret, 256);
  const base = await crypto.subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey']);
  const info = text(['assize private room, 1', hearing, ...[pair.shown, other].sort()].join('\n'));
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Who seals and for whom: what is meant for the other way, or for somebody else, does not open. */
function way(from: string, to: string): Bytes {
  return text(`${from}>${to}`);
}

/** Seals something for one other member. */
export async function sealFor(pair: Pair, to: string, hearing: string, data: Bytes): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NUMBER));
  const key = await shared(pair, to, hearing);
  return toText(join(iv, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: way(pair.shown, to) }, key, data))));
}

/** Opens what the member with this key sealed; `null` if they did not. */
export async function openFrom(pair: Pair, from: string, hearing: string, sealed: string): Promise<Bytes | null> {
  try {
    const bytes = fromText(sealed), iv = bytes.slice(0, NUMBER);
    const key = await shared(pair, from, hearing);
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: way(from, pair.shown) }, key, bytes.slice(NUMBER)));
  } catch {
    return null;
  }
}

/**
 * A code that the members read to each other: four groups of five digits from all their public keys. A server that puts its
 * own keys between them would have to find two sets with one code, each try as slow as `ROUNDS` makes it.
 */
export async function codeOf(keys: readonly string[]): Promise<string> {
  const base = await crypto.subtle.importKey('raw', text([...keys].sort().join('\n')), 'PBKDF2', false, ['deriveBits']);
  const bits = new DataView(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: text('assize private room code, 1'), iterations: ROUNDS }, base, 256));
  return [0, 8, 16, 24].map((at) => String(bits.getBigUint64(at) % 100_000n).padStart(5, '0')).join(' ');
}
