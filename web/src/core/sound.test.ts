import { afterEach, describe as suite, expect, test, vi } from 'vitest';
import { describe, preferRedundancy, repairSound } from './sound';

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('');
const head = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const sound = ['m=audio 9 UDP/TLS/RTP/SAVPF 63 111', 'a=rtpmap:63 red/48000/2', 'a=rtpmap:111 opus/48000/2', 'a=rtcp-fb:111 transport-cc', 'a=fmtp:111 minptime=10'];
const picture = ['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack'];
const nack = 'a=rtcp-fb:111 nack';
const repaired = [...sound.slice(0, 3), nack, ...sound.slice(3)];

suite('sound', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('redundancy comes first where the browser knows it, and nothing is left out', () => {
    const preferred = (...known: string[]): string[] | undefined => {
      vi.stubGlobal('RTCRtpSender', { getCapabilities: () => ({ codecs: known.map((mimeType) => ({ mimeType })) }) });
      let order: string[] | undefined;
      const setCodecPreferences = (codecs: { mimeType: string }[]): void => { order = codecs.map(({ mimeType }) => mimeType); };
      preferRedundancy({ setCodecPreferences } as unknown as RTCRtpTransceiver);
      return order;
    };
    expect(preferred('audio/opus', 'audio/red', 'audio/PCMU')).toEqual(['audio/red', 'audio/opus', 'audio/PCMU']);
    expect(preferred('audio/opus', 'audio/PCMU')).toBeUndefined();
    expect(() => { preferRedundancy({} as RTCRtpTransceiver); }).not.toThrow();
  });

  test('lost sound is asked for in every section of sound, once, and nothing else changes', () => {
    const own = lines(...head, ...sound, ...picture, ...sound);
    const wanted = lines(...head, ...repaired, ...picture, ...repaired);
    expect(repairSound(own)).toBe(wanted);
    expect(repairSound(wanted)).toBe(wanted);
    expect(repairSound(lines(...head, ...picture))).toBe(lines(...head, ...picture));
    expect(repairSound(own.replaceAll('\r\n', '\n'))).toBe(wanted.replaceAll('\r\n', '\n'));
  });

  test('other feedback is no request for lost sound', () => {
    const own = lines(...head, ...sound.slice(0, 3), 'a=rtcp-fb:111 nack pli');
    expect(repairSound(own)).toContain(`${nack}\r\n`);
  });

  test('what Firefox says is left as it is', () => {
    const own = lines('v=0', 'o=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0', ...sound);
    expect(repairSound(own)).toBe(own);
  });

  test('a browser that does not let itself be told keeps its own description', async () => {
    for (const willing of [true, false]) {
      const set: (string | undefined)[] = [];
      const setLocalDescription = ({ sdp }: { sdp?: string }): Promise<void> => {
        set.push(sdp);
        return willing || !sdp?.includes(nack) ? Promise.resolve() : Promise.reject(new Error('munged'));
      };
      const own = lines(...head, ...sound);
      await describe({ setLocalDescription } as unknown as RTCPeerConnection, { type: 'offer', sdp: own });
      expect(set.at(-1)).toBe(willing ? repairSound(own) : own);
    }
  });
});
