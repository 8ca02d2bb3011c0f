import { createSocket } from "node:dgram";

/** A datagram that the relay passed on. */
export interface Passed {
  from: string;
  to: string;
  bytes: Uint8Array;
}

type Socket = ReturnType<typeof createSocket>;

/**
 * Stands between nodes on loopback and keeps a copy of all they say to each other. Each node has a face here: what is
 * sent to it goes to the node, and comes from the face of whoever sent it. So all that nodes learn of each other, and
 * name to each other, is faces, as long as each begins from one.
 */
export class Relay {
  /** BOUNDED: by the test. */
  readonly passed: Passed[] = [];
  /** Whether a datagram is passed on; by default each is. */
  passes: (bytes: Uint8Array) => boolean = () => true;
  /** By the node's own address. */
  readonly #faces = new Map<string, Socket>();

  /** The face of a node that listens at `real` (`host:port`). */
  async face(real: string): Promise<string> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    socket.on("message", (bytes, { address, port }) =>
      this.#pass(`${address}:${port}`, real, bytes),
    );
    this.#faces.set(real, socket);
    return `127.0.0.1:${socket.address().port}`;
  }

  close(): void {
    for (const socket of this.#faces.values()) socket.close();
    this.#faces.clear();
  }

  #pass(from: string, to: string, bytes: Buffer): void {
    const face = this.#faces.get(from);
    // A stranger: its answers would go past us.
    if (face === undefined || !this.passes(bytes)) return;
    this.passed.push({ from, to, bytes: Uint8Array.from(bytes) });
    const [host, port] = to.split(":");
    face.send(bytes, Number(port), host);
  }
}
