import { type Socket, createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { formatIp } from "../../../wire/address.ts";
import type { Address } from "../../../wire/address.ts";
import { AddressCache } from "./address-cache.ts";
import { codeOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { HostNetwork } from "./network-order.ts";
import { literalOnly, type UdpSockets } from "./udp.ts";

/** Where all nodes of a machine listen to announcements; after the ports of a tracker, and IANA gave it to nobody. */
export const ANNOUNCEMENT_PORT = 6_423;
/**
 * "dispersy" in a group of one site, which does not leave the link all the same: its hop limit is 1. To a group of the
 * link (`ff12::`) the system sends from its link-local address (RFC 6724 section 5, rule 2), at which nobody can answer
 * without knowing the interface.
 */
const ANNOUNCEMENT_GROUP = "ff15::6469:7370:6572:7379";

/** What joining a group says where we are in it already. */
const IS_MEMBER = "EADDRINUSE";

/** How it is with the machines around us, as far as this machine is concerned. */
export interface LanListening {
  /** By name; empty where no network is a LAN. */
  interfaces: string[];
  /** A sentence about why announcements cannot be heard. */
  problem?: string;
}

/**
 * Announcements to the machines around us: sent from the node's own sockets, whose address is the one to answer to, and
 * heard at one port that all nodes of the machine share. Whatever the system refuses is said, and tried again with the
 * next look: nothing here throws.
 */
export class LanDiscovery {
  readonly #log: Log;
  readonly #sockets: UdpSockets;
  readonly #heard: (from: Address, bytes: Uint8Array) => void;
  readonly #port: number;
  readonly #addresses = new AddressCache();
  /** BOUNDED: by the two families. */
  readonly #listening = new Map<4 | 6, Socket>();
  /** Why a family is not listened to. BOUNDED: by the two. */
  readonly #refusals = new Map<4 | 6, string>();
  #lans: readonly HostNetwork[] = [];
  #isLooking = false;
  #isClosed = false;

  constructor(parts: {
    log: Log;
    sockets: UdpSockets;
    heard: (from: Address, bytes: Uint8Array) => void;
    port?: number;
  }) {
    this.#log = parts.log;
    this.#sockets = parts.sockets;
    this.#heard = parts.heard;
    this.#port = parts.port ?? ANNOUNCEMENT_PORT;
  }

  get status(): LanListening {
    const interfaces = [...new Set(this.#lans.map(({ zone }) => zone ?? ""))];
    const [code] = this.#lans.length === 0 ? [] : this.#refusals.values();
    return { interfaces, ...(code !== undefined && { problem: problemOf(this.#port, code) }) };
  }

  /**
   * To be called whenever the networks may have changed, and every few seconds: an interface that was taken away and
   * came back looks the same and has forgotten who is in its groups.
   */
  async look(networks: readonly HostNetwork[]): Promise<void> {
    this.#lans = networks.filter(({ isLan }) => isLan === true);
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    for (const family of [4, 6] as const) {
      if (this.#of(family).length > 0) await this.#listen(family);
    }
    this.#isLooking = false;
    this.#joinGroups();
  }

  /** Sends to all in each LAN. */
  announce(bytes: Uint8Array): void {
    const port = this.#port;
    const subnets = new Set(this.#of(4).map(broadcastOf));
    for (const host of subnets) this.#sockets.sendToAll({ family: 4, host, port }, bytes);
    for (const zone of this.#zones) {
      this.#sockets.sendToAll({ family: 6, host: ANNOUNCEMENT_GROUP, port, zone }, bytes);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const socket of this.#listening.values()) socket.close();
    this.#listening.clear();
  }

  #of(family: 4 | 6): HostNetwork[] {
    return this.#lans.filter(({ ip }) => (ip.length === 4) === (family === 4));
  }

  /** Interfaces with IPv6. One that is gone stands for whichever the system likes best, so it is left out. */
  get #zones(): Set<string> {
    const zones = this.#of(6).flatMap(({ zone }) => zone ?? []);
    return new Set(zones.length === 0 ? [] : zones.filter(isThere()));
  }

  async #listen(family: 4 | 6): Promise<void> {
    if (this.#listening.has(family)) return;
    try {
      const socket = await bind(family, this.#port);
      if (this.#isClosed) return void socket.close();
      this.#listening.set(family, socket);
      socket.on("message", (bytes, { address, port }) => this.#received(bytes, address, port));
      socket.on("error", (error) => {
        this.#refused(family, error);
        this.#listening.delete(family);
        socket.close();
      });
      this.#refusals.delete(family);
    } catch (error) {
      this.#refused(family, error);
    }
  }

  #refused(family: 4 | 6, error: unknown): void {
    const code = codeOf(error) ?? "unknown";
    if (this.#refusals.get(family) === code) return;
    this.#refusals.set(family, code);
    this.#log.warn("machines of the LAN cannot be heard; it is tried again", {
      family,
      port: this.#port,
      code,
    });
  }

  /** One membership for each interface, whatever its addresses are; again each time, since some have been lost. */
  #joinGroups(): void {
    const socket = this.#listening.get(6);
    if (socket === undefined || this.#isClosed) return;
    for (const zone of this.#zones) {
      try {
        socket.addMembership(ANNOUNCEMENT_GROUP, `::%${zone}`);
      } catch (error) {
        const code = codeOf(error) ?? "unknown";
        if (code !== IS_MEMBER) this.#sockets.count(`group: ${code}`);
      }
    }
  }

  /** What comes from a link-local IPv6 address cannot be answered: it says nothing without its interface. */
  #received(bytes: Uint8Array, host: string, port: number): void {
    const from = this.#addresses.get(host, port);
    if (from === undefined) this.#sockets.count("receive: unusable source");
    else this.#heard(from, bytes);
  }
}

/** Tells whether there is an interface of a name; while the system does not tell, there is none. */
function isThere(): (zone: string) => boolean {
  if (process.platform === "win32") return () => true;
  try {
    const interfaces = networkInterfaces();
    return (zone) => zone in interfaces;
  } catch {
    return () => false;
  }
}

/** What all in an IPv4 subnet receive. */
export function broadcastOf({ ip, prefixBits }: Pick<HostNetwork, "ip" | "prefixBits">): string {
  return formatIp(
    ip.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, prefixBits - 8 * i)))),
  );
}

/** Listens beside others who do: what is sent to all comes to each of them. Rejects with the system's error. */
export async function bind(family: 4 | 6, port: number): Promise<Socket> {
  const socket = createSocket({
    type: family === 4 ? "udp4" : "udp6",
    ipv6Only: family === 6,
    reuseAddr: true,
    lookup: literalOnly,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port, address: family === 4 ? "0.0.0.0" : "::" }, resolve);
  });
  socket.removeAllListeners("error");
  return socket;
}

/** Why machines of the LAN cannot be heard, for people. */
export function problemOf(port: number, code: string): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: "another program has it for itself alone",
    EACCES: "this system does not allow it",
    EPERM: "this system does not allow it",
    EMFILE: "this process may open too few files and sockets",
  };
  const reason = reasons[code] ?? "the system refuses it";
  return `machines of this LAN cannot be heard at UDP port ${port}: ${reason} (${code})`;
}
