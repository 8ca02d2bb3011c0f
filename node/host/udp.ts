import { type RemoteInfo, type Socket, createSocket } from "node:dgram";
import type { Address } from "../../wire/address.ts";
import { AddressCache } from "./address-cache.ts";
import { codeOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Traffic } from "./node-status.ts";

/** Holds a burst of 3,400 full datagrams while the process is busy; the usual 208 KiB drop at 20,000 a second. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Datagrams that the kernel did not take yet. Node has no limit of its own, and late ones are worth nothing. */
const MAX_SEND_QUEUE = 256;

/** One bound socket. Its `via` is its index among the sockets. */
export interface BoundSocket {
  family: 4 | 6;
  host: string;
  port: number;
}

export type OnDatagram = (from: Address, via: number, bytes: Uint8Array) => void;

/**
 * The UDP sockets of a node. Whatever the network or a datagram does to them, they count it: nothing here
 * throws once bound.
 */
export class UdpSockets {
  readonly traffic: Traffic = { rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 };
  /** Dropped and failed datagrams by reason. BOUNDED: by the system's error codes. */
  readonly counters = new Map<string, number>();
  /** BOUNDED: at most 4, see bind-sockets.ts. */
  readonly #sockets: { socket: Socket; bound: BoundSocket }[] = [];
  readonly #addresses = new AddressCache();
  readonly #log: Log;
  readonly #onDatagram: OnDatagram;
  #closed = false;

  constructor(log: Log, onDatagram: OnDatagram) {
    this.#log = log;
    this.#onDatagram = onDatagram;
  }

  get bound(): readonly BoundSocket[] {
    return this.#sockets.map(({ bound }) => bound);
  }

  /** Binds one more socket; rejects with the system's error. Port 0: the system chooses. */
  async bind(family: 4 | 6, host: string, port: number): Promise<BoundSocket> {
    // Never reuseAddr: a second process on the port would take all our datagrams.
    const socket = createSocket({
      type: family === 4 ? "udp4" : "udp6",
      ipv6Only: family === 6,
      lookup: literalOnly,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ port, address: host }, resolve);
    });
    socket.removeAllListeners("error");
    socket.on("error", (error) => this.#failed("socket", error));
    this.#growBuffer(socket);
    const bound = { family, host, port: socket.address().port };
    const via = this.#sockets.push({ socket, bound }) - 1;
    socket.on("message", (bytes, from) => this.#received(bytes, from, via));
    return bound;
  }

  /** Sends, or drops and counts. Synchronous in all but the kernel's answer. */
  send(to: Address, via: number, bytes: Uint8Array): void {
    const entry = this.#sockets[via];
    if (this.#closed || entry?.bound.family !== to.family) return this.#count("send: no socket");
    if (entry.socket.getSendQueueCount() > MAX_SEND_QUEUE) return this.#count("send: queue full");
    try {
      // Without a callback, errors such as EMSGSIZE would vanish.
      entry.socket.send(bytes, to.port, hostOf(to), this.#sent);
      this.traffic.txPackets++;
      this.traffic.txBytes += bytes.length;
    } catch (error) {
      this.#failed("send", error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(
      this.#sockets.map(({ socket }) => new Promise<void>((done) => socket.close(done))),
    );
  }

  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.#failed("send", error);
  };

  #received(bytes: Uint8Array, from: RemoteInfo, via: number): void {
    this.traffic.rxPackets++;
    this.traffic.rxBytes += bytes.length;
    const address = this.#addresses.get(from.address, from.port);
    if (address === undefined) this.#count("receive: unusable source");
    else this.#onDatagram(address, via, bytes);
  }

  #growBuffer(socket: Socket): void {
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
      const bytes = socket.getRecvBufferSize();
      if (bytes >= RECEIVE_BUFFER_BYTES) return;
      this.#log.info("the UDP receive buffer is smaller than asked for; see net.core.rmem_max", {
        bytes,
        asked: RECEIVE_BUFFER_BYTES,
      });
    } catch (error) {
      this.#failed("buffer", error);
    }
  }

  #failed(what: string, error: unknown): void {
    const code = codeOf(error) ?? "unknown";
    this.#count(`${what}: ${code}`);
    this.#log.debug("a socket operation failed", { what, code });
  }

  #count(name: string): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + 1);
  }
}

/** `192.0.2.1` of `192.0.2.1:5`, `::1` of `[::1]:5`: cheaper than formatting the bytes for every datagram. */
function hostOf({ key, family }: Address): string {
  return family === 4 ? key.slice(0, key.lastIndexOf(":")) : key.slice(1, key.lastIndexOf("]"));
}

/**
 * In place of DNS. What is sent to was formatted from bytes by `hostOf`, what is bound to was checked, so no name
 * comes here; answering at once also keeps each send synchronous.
 */
function literalOnly(
  host: string,
  family: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  const number = family === 6 ? 6 : 4;
  if (/^[0-9a-fA-F:.]+$/.test(host)) callback(null, host, number);
  else callback(Object.assign(new Error("not an IP literal"), { code: "ENOTFOUND" }), "", number);
}
