import type { Filtering } from "../wire/message.ts";

/** Where a datagram that we did not ask for comes from, seen from what its socket had sent until then. */
export type Stranger =
  /** Another port of an IP that was sent to. */
  | "other port"
  /** An IP that nothing was ever sent to. */
  | "other address";

/**
 * Announced tries that nobody heard before silence counts. Each is up to three datagrams but hangs on one request to
 * the sender: at 5 % loss 0.05^3 = 0.013 % of silences are an accident.
 */
export const ENOUGH_TRIES = 3;
/**
 * Nodes that nobody has heard otherwise may have gone since: with so many different ones it does not matter. Second
 * ports of observers are not told apart so: a firewall may have closed all of them alike.
 */
const ENOUGH_SENDERS = 3;

interface Trial {
  heard: boolean;
  /** Per sender (any text that names it) tries that were announced to us. BOUNDED: by the caller's tries. */
  readonly tries: Map<string, number>;
}

/**
 * Who of those that a socket never sent to could reach it: RFC 4787 section 5. Hearing somebody is certain evidence:
 * no NAT lets in what its filter refuses. Silence is evidence only after ENOUGH_TRIES that were announced, by senders
 * that are known to be alive because they answered another socket, or by ENOUGH_SENDERS different ones. For one kind of
 * socket: one that a port is forwarded to is another matter.
 */
export class FilteringEvidence {
  readonly #trials: Record<Stranger, Trial> = {
    "other port": { heard: false, tries: new Map() },
    "other address": { heard: false, tries: new Map() },
  };
  /** Senders that answered. BOUNDED: by the caller's observers. */
  readonly #alive = new Set<string>();

  /** Somebody says that `sender` sends to us, and all time that it needs has passed; heard or not. */
  tried(from: Stranger, sender: string): void {
    const { tries } = this.#trials[from];
    tries.set(sender, (tries.get(sender) ?? 0) + 1);
  }

  heard(from: Stranger): void {
    this.#trials[from].heard = true;
  }

  /** It answered a socket that had asked it. */
  alive(sender: string): void {
    this.#alive.add(sender);
  }

  /** Whether nothing more can be learnt about these. */
  isSettled(from: Stranger): boolean {
    return this.#trials[from].heard || this.#isSilent(from);
  }

  /**
   * A filter that refuses another port of an IP sent to refuses other IPs all the more. Only between the two laxer
   * kinds does it take somebody never sent to.
   */
  verdict(): Filtering {
    if (this.#trials["other address"].heard) return "endpoint-independent";
    if (!this.#trials["other port"].heard) {
      return this.#isSilent("other port") ? "address-and-port-dependent" : "unknown";
    }
    return this.#isSilent("other address") ? "address-dependent" : "unknown";
  }

  #isSilent(from: Stranger): boolean {
    const { heard, tries } = this.#trials[from];
    if (heard) return false;
    const alive = [...tries].filter(([sender]) => this.#alive.has(sender));
    const ofAlive = alive.reduce((sum, [, count]) => sum + count, 0);
    return ofAlive >= ENOUGH_TRIES || (from === "other address" && tries.size >= ENOUGH_SENDERS);
  }
}
