//! What of the server's messages concerns a seat's commands and media: alike for the seat of a page and for a played one.

import type { ServerMessage } from '../protocol/generated/signal';
import type { Commands } from './commands';
import type { Receiving } from './receiving';
import type { Relays } from './relays';
import type { Sending } from './sending';

export interface Parts {
  readonly commands: Commands;
  readonly sending: Sending;
  readonly receiving: Receiving;
  readonly relays: Relays;
}

/** Hands a message to the part that waits for it, if it is one of these. */
export function handOut(message: ServerMessage, { commands, sending, receiving, relays }: Parts): void {
  switch (message.type) {
    case 'done':
      commands.settle(message.id, { ok: true });
      break;
    case 'refused':
      if (sending.refused(message.id, message.refusal)) break;
      if (message.id === 0) receiving.refused(message.refusal);
      else commands.settle(message.id, { ok: false, refusal: message.refusal });
      break;
    case 'up_answer':
      sending.answered(message.id, message.sdp);
      break;
    case 'down_offer':
      void receiving.take(message.offer, message.sdp, message.legs);
      break;
    case 'ice_servers':
      relays.take(message.servers);
      break;
    case 'transport_lost':
      if (message.transport === 'up') sending.lost();
      else receiving.lost();
      break;
    case 'layers':
      sending.use(message.device, message.rids);
      break;
    default:
      break;
  }
}
