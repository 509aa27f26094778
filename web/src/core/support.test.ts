import { expect, test } from 'vitest';
import { troubleOf } from './devices';
import { meter } from './level';
import { browserKind, missing } from './support';

test('a browser without WebRTC or a secure address is told which it lacks', () => {
  const whole = { isSecureContext: true, RTCPeerConnection: {}, RTCRtpTransceiver: {}, WebSocket: {} };
  expect(missing(whole)).toBeNull();
  expect(missing({ ...whole, RTCPeerConnection: undefined })).toBe('webrtc');
  expect(missing({ ...whole, isSecureContext: false })).toBe('secure_context');
});

test('browsers are told apart for their permission help', () => {
  expect(browserKind('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('firefox');
  expect(browserKind('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36')).toBe('chromium');
  expect(browserKind('Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15')).toBe('safari');
});

test('the errors of getUserMedia become three troubles', () => {
  const named = (name: string): Error => Object.assign(new Error(), { name });
  expect(troubleOf(named('NotAllowedError'))).toBe('refused');
  expect(troubleOf(named('NotFoundError'))).toBe('none');
  expect(troubleOf(named('NotReadableError'))).toBe('busy');
  expect(troubleOf('anything')).toBe('busy');
});

test('the meter is empty in silence, full at full scale, and louder is more', () => {
  const tone = (amplitude: number): Float32Array => Float32Array.from({ length: 480 }, (_, n) => amplitude * Math.sin(n / 5));
  expect(meter(tone(0))).toBe(0);
  expect(meter(new Float32Array())).toBe(0);
  expect(meter(new Float32Array(100).fill(1))).toBe(1);
  expect(meter(tone(0.02))).toBeLessThan(meter(tone(0.2)));
});
