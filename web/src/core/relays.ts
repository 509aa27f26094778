//! The relays that the server names, for every peer connection: media finds through them where nothing else passes. Their
//! credentials last for minutes and come anew with the link.

import type { IceServer } from '../protocol/generated/signal';

export class Relays {
  private servers: readonly IceServer[] = [];
  private readonly connections = new Set<RTCPeerConnection>();

  constructor(
    private readonly make: (configuration: RTCConfiguration) => RTCPeerConnection = (configuration) => new RTCPeerConnection(configuration),
  ) {}

  /** These instead of those before. Connections that live ask them when they look for a way anew. */
  take(servers: readonly IceServer[]): void {
    this.servers = servers;
    for (const connection of this.connections) {
      if (connection.connectionState === 'closed') this.connections.delete(connection);
      else this.tell(connection);
    }
  }

  /** A new connection that knows them. `more`: what else it is to be made with. */
  connect(more: RTCConfiguration = {}): RTCPeerConnection {
    const connection = this.connection(more);
    this.connections.add(connection);
    return connection;
  }

  private connection(more: RTCConfiguration): RTCPeerConnection {
    try {
      return this.make({ ...this.configuration(), ...more });
    } catch {
      // A browser that cannot read a relay's address does without it.
      return this.make({ bundlePolicy: 'max-bundle', ...more });
    }
  }

  private tell(connection: RTCPeerConnection): void {
    try {
      connection.setConfiguration(this.configuration());
    } catch {
      // What it was told first then has to do until it is made anew.
    }
  }

  private configuration(): RTCConfiguration {
    return { bundlePolicy: 'max-bundle', iceServers: this.servers.map((server) => ({ ...server })) };
  }
}
