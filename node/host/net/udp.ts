import { type RemoteInfo, type Socket, createSocket } from "node:dgram";
import { type Address, parseIp } from "../../../wire/address.ts";
import { AddressCache } from "./address-cache.ts";
import { codeOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** Holds a burst of 3,400 full datagrams while the process is busy; the usual 208 KiB drop at 20,000 a second. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Datagrams that the kernel did not take yet. Node has no limit of its own, and late ones are worth nothing. */
const MAX_SEND_QUEUE = 256;

/** More than the 1,100 flows that the widest search may use, and less than what one process may usually have open. */
export const MAX_OPENED_SOCKETS = 1_200;
/** Binding takes about 0.1 ms; the process shall answer in between. */
const BIND_TURN = 32;
/** What RFC 1700 recommends and all systems but Windows use; Node cannot read the system's own. */
const DEFAULT_TTL = 64;

/** Reserved for documentation (RFC 5737, RFC 3849), so on the way to the Internet and to nobody. */
const SOMEWHERE = { 4: "192.0.2.1", 6: "2001:db8::1" } as const;
const DISCARD_PORT = 9;

/** Datagrams and their payload bytes since the start. */
export interface Traffic {
  rxPackets: number;
  rxBytes: number;
  txPackets: number;
  txBytes: number;
  /** Of those sent, how many went to all machines of a LAN: nobody owes an answer to them. */
  announcedPackets: number;
}

/** One of the node's own sockets. Its `via` is its index among them. */
export interface BoundSocket {
  family: 4 | 6;
  host: string;
  port: number;
}

type Operation =
  "announce" | "buffer" | "group" | "hop limit" | "open" | "receive" | "send" | "socket";
/** What was dropped or failed, and why: in words, or the system's error code. */
export type SocketCounter = `${Operation}: ${string}`;

export type OnDatagram = (from: Address, via: number, bytes: Uint8Array) => void;

/** All in an IPv4 subnet, by its address for all; or those of an IPv6 group at an interface. */
export type Everybody =
  | { family: 4; host: string; port: number }
  | { family: 6; host: string; port: number; zone: string };

interface Entry {
  socket: Socket;
  family: 4 | 6;
}

/**
 * The UDP sockets of a node: its own, bound at the start, and those opened for a while to search for a way through a
 * NAT. Whatever the network or a datagram does to them, they count it: nothing here throws once bound.
 */
export class UdpSockets {
  readonly traffic: Traffic = {
    rxPackets: 0,
    rxBytes: 0,
    txPackets: 0,
    txBytes: 0,
    announcedPackets: 0,
  };
  /** Dropped and failed datagrams by reason. BOUNDED: by the system's error codes. */
  readonly counters = new Map<SocketCounter, number>();
  /** The node's own. BOUNDED: at most 4, see bind-sockets.ts. */
  readonly #bound: BoundSocket[] = [];
  /** All that are open, by `via`. BOUNDED: by the node's own and MAX_OPENED_SOCKETS. */
  readonly #sockets = new Map<number, Entry>();
  readonly #addresses: AddressCache;
  readonly #log: Log;
  readonly #onDatagram: OnDatagram;
  readonly #mostOpened: number;
  /** Numbers from here on are unused. A number is never used twice. */
  #nextVia = 0;
  /** Opened and not yet closed, those being bound included. */
  #opened = 0;
  #closed = false;

  /** Of those opened, at most `mostOpened` are open at a time. `addresses`: of those who send to us. */
  constructor(
    log: Log,
    onDatagram: OnDatagram,
    mostOpened = MAX_OPENED_SOCKETS,
    addresses = new AddressCache(),
  ) {
    this.#mostOpened = mostOpened;
    this.#addresses = addresses;
    this.#log = log;
    this.#onDatagram = onDatagram;
  }

  /** The node's own sockets. */
  get bound(): readonly BoundSocket[] {
    return this.#bound;
  }

  get isOpen(): boolean {
    return !this.#closed && this.#bound.length > 0;
  }

  /**
   * Binds one more socket of the node's own, before any is opened; rejects with the system's error. Port 0: the system
   * chooses. The system's `usual` buffer is enough for who talks to few.
   */
  async bind(
    family: 4 | 6,
    host: string,
    port: number,
    buffer: "large" | "usual" = "large",
  ): Promise<BoundSocket> {
    const socket = await bindSocket(family, host, port);
    if (buffer === "large") this.#growBuffer(socket);
    const bound = { family, host, port: socket.address().port };
    this.#bound.push(bound);
    this.#add(socket, family);
    return bound;
  }

  /**
   * Opens further sockets on ephemeral ports of the address that the family's own socket is bound to. Resolves to their
   * numbers: fewer than asked for, or none, when the system refuses or too many are open. Never rejects.
   */
  async open(family: 4 | 6, count: number): Promise<number[]> {
    const host = this.#bound.find((own) => own.family === family)?.host;
    const vias: number[] = [];
    if (host === undefined) return vias;
    while (vias.length < count && !this.#closed) {
      if (this.#opened >= this.#mostOpened) {
        this.count("open: too many sockets");
        break;
      }
      const via = await this.#openOne(family, host);
      if (via === undefined) break;
      vias.push(via);
      if (vias.length % BIND_TURN === 0) await turn();
    }
    return vias;
  }

  /** Closes opened sockets at once. The node's own, and numbers that mean nothing, are left alone. */
  release(vias: readonly number[]): void {
    for (const via of vias) {
      const entry = this.#sockets.get(via);
      if (entry === undefined || via < this.#bound.length) continue;
      this.#sockets.delete(via);
      this.#opened--;
      entry.socket.close();
    }
  }

  /** Sends, or drops and counts. Synchronous in all but the kernel's answer. */
  send(to: Address, via: number, bytes: Uint8Array, ttl?: number): void {
    const entry = this.#sockets.get(via);
    if (entry?.family !== to.family) return this.count("send: no socket", to);
    const queued = entry.socket.getSendQueueCount();
    if (queued > MAX_SEND_QUEUE) return this.count("send: queue full", to);
    // What waits behind others leaves after its hop limit was taken back, and would come where it must not.
    if (queued > 0 && ttl !== undefined) return this.count("send: queue before hop limit", to);
    try {
      if (ttl !== undefined) entry.socket.setTTL(ttl);
      // Without a callback, errors such as EMSGSIZE would vanish.
      entry.socket.send(bytes, to.port, to.host, this.#sent);
      this.traffic.txPackets++;
      this.traffic.txBytes += bytes.length;
    } catch (error) {
      this.#failed("send", error, to);
    } finally {
      if (ttl !== undefined) this.#resetTtl(entry.socket);
    }
  }

  /**
   * Sends from the node's own socket of the family, or drops and counts. At no other time may the socket send to all: a
   * peer that names such an address, in a subnet that we do not know, gets nothing out of us.
   */
  sendToAll(to: Everybody, bytes: Uint8Array): void {
    const via = this.#bound.findIndex(({ family }) => family === to.family);
    const socket = this.#sockets.get(via)?.socket;
    if (socket === undefined) return this.count("announce: no socket");
    // What waits behind others leaves when the socket may not any more, or by another interface.
    if (socket.getSendQueueCount() > 0) return this.count("announce: queue");
    try {
      if (to.family === 4) socket.setBroadcast(true);
      else socket.setMulticastInterface(`::%${to.zone}`);
      socket.send(bytes, to.port, to.host, this.#announced);
      this.traffic.announcedPackets++;
      this.traffic.txPackets++;
      this.traffic.txBytes += bytes.length;
    } catch (error) {
      this.#failed("announce", error);
    } finally {
      if (to.family === 4) this.#forbidBroadcast(socket);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(sockets.map(({ socket }) => new Promise<void>((done) => socket.close(done))));
  }

  async #openOne(family: 4 | 6, host: string): Promise<number | undefined> {
    this.#opened++;
    try {
      const socket = await bindSocket(family, host, 0);
      if (!this.#closed) return this.#add(socket, family);
      socket.close();
    } catch (error) {
      this.#failed("open", error);
    }
    this.#opened--;
    return undefined;
  }

  #add(socket: Socket, family: 4 | 6): number {
    const via = this.#nextVia++;
    this.#sockets.set(via, { socket, family });
    socket.on("error", (error) => this.#failed("socket", error));
    socket.on("message", (bytes, from) => this.#received(bytes, from, via));
    return via;
  }

  #resetTtl(socket: Socket): void {
    try {
      socket.setTTL(DEFAULT_TTL);
    } catch (error) {
      this.#failed("hop limit", error);
    }
  }

  #forbidBroadcast(socket: Socket): void {
    try {
      socket.setBroadcast(false);
    } catch (error) {
      this.#failed("announce", error);
    }
  }

  readonly #announced = (error: Error | null): void => {
    if (error !== null) this.#failed("announce", error);
  };

  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.#failed("send", error);
  };

  #received(bytes: Uint8Array, from: RemoteInfo, via: number): void {
    if (!this.#sockets.has(via)) return;
    this.traffic.rxPackets++;
    this.traffic.rxBytes += bytes.length;
    const address = this.#addresses.get(from.address, from.port);
    if (address === undefined) this.count("receive: unusable source");
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

  #failed(what: Operation, error: unknown, to?: Address): void {
    this.count(`${what}: ${codeOf(error) ?? "unknown"}`, to);
  }

  /** `about`: whose datagram it was, or to whom it was to go. */
  count(name: SocketCounter, about?: Address): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + 1);
    this.#log.debug(name, { address: about?.key });
  }
}

/**
 * The IP of ours that the system would send from to the Internet; undefined where it knows no way there. Connecting a
 * UDP socket sends nothing.
 */
export async function sourceIp(family: 4 | 6): Promise<Uint8Array | undefined> {
  const socket = createSocket({ type: family === 4 ? "udp4" : "udp6", lookup: literalOnly });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", resolve);
      socket.connect(DISCARD_PORT, SOMEWHERE[family]);
    });
    return parseIp(socket.address().address);
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** Rejects with the system's error. */
async function bindSocket(family: 4 | 6, host: string, port: number): Promise<Socket> {
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
  return socket;
}

/** Lets whatever else is due happen first. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * In place of DNS: nothing but IP addresses is sent or bound to, and what is none the system refuses. Answering at once
 * also keeps each send synchronous, without which no hop limit would hold for one datagram.
 */
export function literalOnly(
  host: string,
  family: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, host, family === 6 ? 6 : 4);
}

/** Whether a socket bound there takes datagrams to any of our addresses. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
