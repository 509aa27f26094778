//! What a browser's description says of sound, where it does not say by itself what is wanted.

/**
 * Chromium asks for lost sound, and sends it again, only if its own description says so, which it does not by itself.
 * Firefox (`o=mozilla...`) is left as it is.
 */
export function repairSound(sdp: string): string {
  if (/^o=mozilla/m.test(sdp)) return sdp;
  return sdp.split(/^(?=m=)/m).map(repairSection).join('');
}

/** Redundancy (RFC 2198) before plain Opus, as far as the browser knows it: what is first is sent. */
export function preferRedundancy(transceiver: RTCRtpTransceiver): void {
  if (!('setCodecPreferences' in transceiver)) return;
  const codecs = RTCRtpSender.getCapabilities('audio')?.codecs ?? [];
  const red = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === 'audio/red');
  if (red.length > 0) transceiver.setCodecPreferences([...red, ...codecs.filter((codec) => !red.includes(codec))]);
}

function repairSection(section: string): string {
  const opus = section.startsWith('m=audio') ? /^a=rtpmap:(\d+) opus\/48000.*\r?\n/im.exec(section) : null;
  const type = opus?.[1];
  if (!opus || type === undefined || new RegExp(`^a=rtcp-fb:${type} nack\\r?$`, 'm').test(section)) return section;
  const end = opus[0].endsWith('\r\n') ? '\r\n' : '\n';
  return section.replace(opus[0], `${opus[0]}a=rtcp-fb:${type} nack${end}`);
}

/** Sets a local description that repairs sound, or the browser's own if it does not let itself be told. */
export async function describe(connection: RTCPeerConnection, own: RTCSessionDescriptionInit): Promise<void> {
  const sdp = own.sdp === undefined ? undefined : repairSound(own.sdp);
  if (sdp !== undefined && sdp !== own.sdp) {
    try {
      await connection.setLocalDescription({ type: own.type, sdp });
      return;
    } catch {
      // Sound is then repaired by what comes with the next packets.
    }
  }
  await connection.setLocalDescription(own);
}
