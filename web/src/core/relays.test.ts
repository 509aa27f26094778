import { describe, expect, test } from 'vitest';
import { Relays } from './relays';

const server = (credential: string) => ({ urls: ['turns:court.example:443?transport=tcp'], username: '1:h.1', credential });

class Fake {
  connectionState = 'new';
  readonly told: RTCConfiguration[] = [];
  constructor(first: RTCConfiguration, private readonly stubborn = false) { this.told.push(first); }
  setConfiguration(configuration: RTCConfiguration): void {
    if (this.stubborn) throw new Error('no');
    this.told.push(configuration);
  }
}

function set() {
  const made: Fake[] = [];
  const relays = new Relays((configuration) => {
    const fake = new Fake(configuration, made.length === 1);
    made.push(fake);
    return fake as unknown as RTCPeerConnection;
  });
  return { relays, made };
}

describe('relays', () => {
  test('every new connection knows the latest, and those that live are told', () => {
    const { relays, made } = set();
    relays.connect();
    relays.connect();
    relays.take([server('a')]);
    expect(made[0]!.told.map(({ iceServers }) => iceServers)).toEqual([[], [server('a')]]);
    made[0]!.connectionState = 'closed';
    relays.take([server('b')]);
    relays.connect();
    expect(made[0]!.told.length, 'a closed one is let go').toBe(2);
    expect(made[2]!.told).toEqual([{ bundlePolicy: 'max-bundle', iceServers: [server('b')] }]);
  });

  test('an address that the browser cannot read is left out', () => {
    const told: RTCConfiguration[] = [];
    const relays = new Relays((configuration) => {
      if (configuration.iceServers?.length) throw new Error('no such address');
      told.push(configuration);
      return new Fake(configuration) as unknown as RTCPeerConnection;
    });
    relays.take([server('a')]);
    relays.connect();
    expect(told).toEqual([{ bundlePolicy: 'max-bundle' }]);
  });
});
