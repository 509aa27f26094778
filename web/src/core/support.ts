//! What a browser must have.

export type Missing = 'webrtc' | 'secure_context' | null;

interface Browser {
  readonly isSecureContext: boolean;
  readonly RTCPeerConnection?: unknown;
  readonly RTCRtpTransceiver?: unknown;
  readonly WebSocket?: unknown;
}

/** What is missing to take part, if anything. Devices need a secure context; receiving needs WebRTC. */
export function missing(browser: Browser): Missing {
  if (!browser.RTCPeerConnection || !browser.RTCRtpTransceiver || !browser.WebSocket) return 'webrtc';
  return browser.isSecureContext ? null : 'secure_context';
}

export type BrowserKind = 'chromium' | 'firefox' | 'safari' | 'other';

/** Only to say where a browser keeps its permissions; nothing depends on it. */
export function browserKind(agent: string): BrowserKind {
  if (/firefox\//i.test(agent)) return 'firefox';
  if (/chrome\/|chromium\/|edg\//i.test(agent)) return 'chromium';
  if (/safari\//i.test(agent)) return 'safari';
  return 'other';
}
