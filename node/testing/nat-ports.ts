import type { Random } from "../../wire/crypto.ts";
import type { IpKey } from "./addresses.ts";
import type { NatBehaviour } from "./nat-kinds.ts";

interface Pool {
  readonly first: number;
  readonly count: number;
}

/** REQ-3a: ports from 1,024 stay in their range. */
const WHOLE: Pool = { first: 1_024, count: 65_536 - 1_024 };
/** What a carrier that does not preserve ports translates to. */
const RANGE: Pool = { first: 30_000, count: 30_000 };
/** Linux draws so often before it gives up; here the next free port is taken then. */
const MAX_DRAWS = 128;

const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

/** What a new mapping is for. */
export interface Wanted {
  /** The inside port. */
  readonly port: number;
  readonly insideIp: IpKey;
  /** Inside endpoint and what the mapping depends on, as text: what `hash` hashes. */
  readonly flow: string;
}

/** Chooses the outside ports of one NAT device. */
export class PortAllocator {
  readonly #behaviour: NatBehaviour;
  readonly #random: Random;
  readonly #hashSeed: number;
  /** Number of each inside host's block, counted from port 0. BOUNDED: by the blocks that there are. */
  readonly #blocks = new Map<IpKey, number>();
  #last = 0;
  /** When somebody else makes the next mapping. */
  #foreignMs = 0;

  constructor(behaviour: NatBehaviour, random: Random) {
    this.#behaviour = behaviour;
    this.#random = random;
    this.#hashSeed = random.below(2 ** 32);
    this.reboot();
  }

  /** Blocks and the hash are configuration and stay; a sequential allocator begins somewhere else. */
  reboot(): void {
    this.#last = this.#drawn(WHOLE);
  }

  /** A port for which `isFree` holds; undefined when there is none. */
  allocate(wanted: Wanted, isFree: (port: number) => boolean, now: number): number | undefined {
    const { allocation } = this.#behaviour;
    if (allocation === "sequential") return this.#sequential(isFree, now);
    if (allocation === "hash") {
      return nextFree(WHOLE, WHOLE.first + (this.#hash(wanted.flow) % WHOLE.count), isFree);
    }
    if (allocation === "preserving") {
      const own = wrap(WHOLE, wanted.port);
      // Taken: any other, as Linux does, which most home routers run.
      return isFree(own) ? own : this.#any(WHOLE, isFree);
    }
    if (allocation === "range") return this.#any(RANGE, isFree);
    if (allocation === "random") return this.#any(WHOLE, isFree);
    const block = this.#blockOf(wanted.insideIp);
    return block && this.#any(block, isFree);
  }

  #sequential(isFree: (port: number) => boolean, now: number): number | undefined {
    const { portDelta, foreignAllocations } = this.#behaviour;
    const steps = 1 + this.#foreignUntil(now) + this.#random.below(foreignAllocations + 1);
    const port = nextFree(WHOLE, wrap(WHOLE, this.#last + steps * portDelta), isFree);
    if (port !== undefined) this.#last = port;
    return port;
  }

  /** What others made since the last mapping of all: Poisson arrivals. */
  #foreignUntil(now: number): number {
    const { foreignPerS } = this.#behaviour;
    if (foreignPerS === 0) return 0;
    let made = 0;
    for (; this.#foreignMs <= now; made++) {
      this.#foreignMs += (-Math.log(1 - this.#random.float()) / foreignPerS) * 1_000;
    }
    return made;
  }

  #any(pool: Pool, isFree: (port: number) => boolean): number | undefined {
    let port = this.#drawn(pool);
    for (let draws = 1; draws < MAX_DRAWS && !isFree(port); draws++) port = this.#drawn(pool);
    return nextFree(pool, port, isFree);
  }

  #drawn({ first, count }: Pool): number {
    return first + this.#random.below(count);
  }

  #blockOf(insideIp: IpKey): Pool | undefined {
    const { blockPorts } = this.#behaviour;
    let block = this.#blocks.get(insideIp);
    if (block === undefined) {
      const first = Math.ceil(WHOLE.first / blockPorts);
      const numbers: Pool = { first, count: Math.floor(65_536 / blockPorts) - first };
      const taken = new Set(this.#blocks.values());
      block = nextFree(numbers, this.#drawn(numbers), (number) => !taken.has(number));
      if (block === undefined) return undefined;
      this.#blocks.set(insideIp, block);
    }
    return { first: block * blockPorts, count: blockPorts };
  }

  /** FNV-1a with a finaliser, so that neighbouring flows lie far apart. */
  #hash(text: string): number {
    let hash = FNV_OFFSET ^ this.#hashSeed;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}

/** The first free one from `from` on, round the pool. */
function nextFree(pool: Pool, from: number, isFree: (port: number) => boolean): number | undefined {
  for (let i = 0; i < pool.count; i++) {
    const port = wrap(pool, from + i);
    if (isFree(port)) return port;
  }
  return undefined;
}

/** The port itself, or as far into the pool as it lies beyond its end. */
function wrap({ first, count }: Pool, port: number): number {
  return first + ((((port - first) % count) + count) % count);
}
