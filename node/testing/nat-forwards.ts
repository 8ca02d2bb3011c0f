import type { Address } from "../../wire/address.ts";

/** What a home router forwards on request, to all its hosts together. */
const MAX_FORWARDS = 64;
const MAX_REMOTES = 16_384;
const MIN_PORT = 1_024;

interface Forward {
  readonly inside: Address;
  readonly outside: Address;
  expiresMs: number;
}

/**
 * Outside ports that a NAT device forwards to hosts inside because they asked for it: whoever sends there gets through.
 */
export class Forwards {
  /** By outside port. BOUNDED: by MAX_FORWARDS. */
  readonly #byPort = new Map<number, Forward>();
  /**
   * By inside endpoint and remote: who came in by a forward is answered from its port, as connection tracking does it;
   * who did not is sent to as if there were none. BOUNDED: by MAX_REMOTES.
   */
  readonly #remotes = new Map<string, Forward>();

  clear(): void {
    this.#byPort.clear();
    this.#remotes.clear();
  }

  /** Forwards a port until then, the wanted one or the next that is free; undefined: none, or the time is over. */
  grant(inside: Address, wanted: Address, expiresMs: number, now: number): Address | undefined {
    for (const [port, { expiresMs: endMs, inside: holder }] of this.#byPort) {
      if (endMs <= now || holder.key === inside.key) this.#byPort.delete(port);
    }
    if (expiresMs <= now || this.#byPort.size >= MAX_FORWARDS) return undefined;
    let outside = wanted.port < MIN_PORT ? wanted.withPort(MIN_PORT) : wanted;
    while (this.#byPort.has(outside.port)) outside = outside.withPort(outside.port + 1);
    this.#byPort.set(outside.port, { inside, outside, expiresMs });
    return outside;
  }

  holds({ port }: Address, now: number): boolean {
    return (this.#byPort.get(port)?.expiresMs ?? -Infinity) > now;
  }

  /** The inside address that a datagram from outside is forwarded to. */
  incoming(destination: Address, source: Address, now: number): Address | undefined {
    const forward = this.#byPort.get(destination.port);
    if (forward === undefined || forward.expiresMs <= now) return undefined;
    if (this.#remotes.size < MAX_REMOTES) {
      this.#remotes.set(`${forward.inside.key} ${source.key}`, forward);
    }
    return forward.inside;
  }

  /** The outside source of a datagram to somebody who came in by a forward. */
  outgoing(source: Address, destination: Address, now: number): Address | undefined {
    if (this.#remotes.size === 0) return undefined;
    const forward = this.#remotes.get(`${source.key} ${destination.key}`);
    return forward !== undefined && forward.expiresMs > now ? forward.outside : undefined;
  }
}
