// What a page's transports say of themselves. Both functions run in the page.

/** Before the page's own scripts: keeps every connection that the page makes. */
export function keepConnections() {
  const Original = globalThis.RTCPeerConnection;
  const kept = [];
  globalThis.RTCPeerConnection = class extends Original {
    constructor(...options) { super(...options); kept.push(this); }
  };
  Object.defineProperty(globalThis, '__connections', { value: kept });
}

/** The way of each connection that is open: `udp`, `tcp`, `relay`, or `null` while it has none. */
export async function readRoads() {
  const roads = [];
  for (const connection of globalThis.__connections.filter((c) => c.connectionState !== 'closed')) {
    const stats = await connection.getStats();
    const transport = [...stats.values()].find((entry) => entry.type === 'transport' && entry.selectedCandidatePairId);
    const own = stats.get(stats.get(transport?.selectedCandidatePairId)?.localCandidateId);
    roads.push(own ? (own.candidateType === 'relay' ? 'relay' : own.protocol) : null);
  }
  return roads;
}

/** Sums over the connections that are open: received and sent, by kind; and whether lost sound is asked for. */
export async function readStats() {
  const sum = { in: { video: { frames: 0, bytes: 0 }, audio: { bytes: 0, packets: 0, energy: 0 } }, out: { video: { frames: 0, bytes: 0 }, audio: { bytes: 0, packets: 0 } }, nack: [] };
  for (const connection of globalThis.__connections.filter((c) => c.connectionState !== 'closed')) {
    sum.nack.push(/^a=rtcp-fb:\d+ nack\r?$/m.test(connection.localDescription?.sdp.split(/^(?=m=)/m).find((section) => section.startsWith('m=audio')) ?? ''));
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type === 'inbound-rtp') {
        sum.in[entry.kind].bytes += entry.bytesReceived;
        if (entry.kind === 'video') sum.in.video.frames += entry.framesDecoded ?? 0;
        else {
          sum.in.audio.energy += entry.totalAudioEnergy ?? 0;
          sum.in.audio.packets += entry.packetsReceived;
        }
      }
      if (entry.type === 'outbound-rtp') {
        sum.out[entry.kind].bytes += entry.bytesSent;
        if (entry.kind === 'video') sum.out.video.frames += entry.framesEncoded ?? 0;
        else sum.out.audio.packets += entry.packetsSent;
      }
    }
  }
  return sum;
}
