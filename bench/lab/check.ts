import {
  BLOCK_PORTS,
  NAT_KINDS,
  RANGE_PORTS,
  type Filtering,
  type Kind,
  type Mapping,
} from "./kinds/kinds.ts";
import type { Lab } from "./lab.ts";
import { Party, type Endpoint } from "./party.ts";
import { OBSERVERS } from "./plan.ts";

/** What plain sockets see of a NAT. */
export interface Sighting {
  /** Whether any datagram came back. */
  udp: boolean;
  mapping?: Mapping;
  filtering?: Filtering;
  /** External ports in the order in which they were allocated, one per mapping, and the inside ports beside them. */
  ports: { inside: number; outside: number }[];
  /** Whether an outside address is the host's own. */
  translated?: boolean;
}

const PORTS = [5_001, 5_002] as const;
/** Sockets whose mapping is looked at. 4 destinations each: enough to tell a block of 512 from the whole range. */
const SAMPLED_SOCKETS = 8;
/** A datagram that the filter lets through takes 50 ms; a busy machine several times as long. */
const SILENCE_MS = 500;

/**
 * Finds out how the NAT in front of a host behaves, as RFC 5780 does: three observers with two ports each, of which one
 * is never sent to. Shares nothing with what it is there to check against.
 */
export class Checker {
  readonly #client: Party;
  readonly #observers: Party[];

  constructor(lab: Lab, host: "a" | "b" = "a") {
    this.#client = new Party(lab, host);
    this.#observers = OBSERVERS.map(({ host: where }) => new Party(lab, where, true));
  }

  async start(): Promise<this> {
    for (const observer of this.#observers) for (const port of PORTS) await observer.open(port);
    return this;
  }

  end(): void {
    for (const party of [this.#client, ...this.#observers]) party.end();
  }

  async look(): Promise<Sighting> {
    const rows: { inside: number; seen: Endpoint[] }[] = [];
    for (let i = 0; i < SAMPLED_SOCKETS; i++) {
      const row = await this.#sampled();
      if (row === undefined) return { udp: false, ports: [] };
      rows.push(row);
    }
    const mapping = weakest(rows.map(({ seen }) => mappingOf(seen)));
    return {
      udp: true,
      mapping,
      filtering: await this.#filtering(),
      ports: rows.flatMap(({ inside, seen }) => allocated(inside, seen)),
      translated: rows.every(({ seen }) => seen[0]![0].endsWith(".0.2")),
    };
  }

  /** A fresh socket as two observers see it at two ports each. */
  async #sampled(): Promise<{ inside: number; seen: Endpoint[] } | undefined> {
    const inside = await this.#client.open();
    // All at once, so in this order: the order of allocation.
    const asked = OBSERVERS.slice(0, 2).flatMap(({ ips }) =>
      PORTS.map((port) => this.#client.seenBy(inside, [ips[0]!, port])),
    );
    const seen = (await Promise.all(asked)).filter((endpoint) => endpoint !== undefined);
    if (seen.length < asked.length) return undefined;
    return { inside, seen };
  }

  /** Who gets through to a socket that sent to the first port of the first observer only. */
  async #filtering(): Promise<Filtering> {
    const at = await this.#client.open();
    const outside = await this.#client.seenBy(at, [OBSERVERS[0]!.ips[0]!, PORTS[0]]);
    if (outside === undefined) throw new Error("an observer that answered before is silent");
    const [known, , stranger] = this.#observers;
    if (await this.#reaches(stranger!, PORTS[0], at, outside)) return "endpoint-independent";
    if (await this.#reaches(known!, PORTS[1], at, outside)) return "address-dependent";
    return "address-and-port-dependent";
  }

  async #reaches(sender: Party, from: number, at: number, outside: Endpoint): Promise<boolean> {
    const text = `from ${sender.host} ${from}`;
    sender.send(from, outside, text);
    return (await this.#client.hear(at, (heard) => heard.text === text, SILENCE_MS)) !== undefined;
  }
}

/** In what a sighting differs from what a kind is named for; empty when it is as named. */
export function differences(kind: Kind, sighting: Sighting): string[] {
  if (kind === "blocked") return sighting.udp ? ["UDP passes"] : [];
  if (!sighting.udp) return ["no UDP passes"];
  const wanted =
    kind === "open"
      ? {
          mapping: "endpoint-independent",
          filtering: "endpoint-independent",
          allocation: "preserving",
        }
      : NAT_KINDS[kind];
  const found: string[] = [];
  if (sighting.mapping !== wanted.mapping) found.push(`mapping is ${sighting.mapping}`);
  if (sighting.filtering !== wanted.filtering) found.push(`filtering is ${sighting.filtering}`);
  if (sighting.translated !== (kind !== "open")) found.push("translation is not as named");
  if (!ALLOCATED_AS[wanted.allocation]!(sighting.ports))
    found.push(`allocation is not ${wanted.allocation}: ${sighting.ports.map((p) => p.outside)}`);
  return found;
}

type Ports = Sighting["ports"];

const ALLOCATED_AS: Record<string, (ports: Ports) => boolean> = {
  preserving: (ports) => ports.every(({ inside, outside }) => inside === outside),
  range: (ports) =>
    ports.every(({ outside }) => outside >= RANGE_PORTS.low && outside <= RANGE_PORTS.high) &&
    ports.some(({ inside, outside }) => inside !== outside),
  sequential: (ports) => steps(ports).every((step) => step === 1),
  // 32 of 512 ports at random: by chance in order, or within 64 of each other, never.
  block: (ports) => spread(ports) < BLOCK_PORTS && spread(ports) > 64 && !inOrder(ports),
  // 16 or more of 64,512 within 8,192 of each other by chance: less than once in 10^12.
  random: (ports) =>
    spread(ports) > 8_192 && ports.every(({ outside }) => outside >= 1_024) && !inOrder(ports),
};

function spread(ports: Ports): number {
  const outside = ports.map((port) => port.outside);
  return Math.max(...outside) - Math.min(...outside);
}

function steps(ports: Ports): number[] {
  return ports.slice(1).map(({ outside }, i) => outside - ports[i]!.outside);
}

function inOrder(ports: Ports): boolean {
  return steps(ports).every((step) => step > 0);
}

/** Two ports of one observer, then two of the other. */
function mappingOf(seen: Endpoint[]): Mapping {
  const [first, second, third, fourth] = seen.map(([ip, port]) => `${ip}:${port}`);
  if (first !== second || third !== fourth) return "address-and-port-dependent";
  return first === third ? "endpoint-independent" : "address-dependent";
}

/** The least independent of several looks: two random ports may be equal by chance. */
function weakest(mappings: Mapping[]): Mapping {
  const order: Mapping[] = [
    "address-and-port-dependent",
    "address-dependent",
    "endpoint-independent",
  ];
  return order.find((mapping) => mappings.includes(mapping))!;
}

/** One entry per mapping of a socket. */
function allocated(inside: number, seen: Endpoint[]): Ports {
  const outside = [...new Set(seen.map(([, port]) => port))];
  return outside.map((port) => ({ inside, outside: port }));
}
