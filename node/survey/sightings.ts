import { classifyAllocation, type PortAllocation, type PortSample } from "../../nat/allocation.ts";
import type { Address } from "../../wire/address.ts";

/** What observers saw of our sockets during a survey. BOUNDED: by its questions. */
export class Sightings {
  /** IPs, as text. */
  readonly hosts = new Set<string>();
  readonly #samples: PortSample[] = [];

  /** `turn`: see PortSample; `local`: the socket's own port, where it is known. */
  add(
    seen: Address,
    { via, local, turn }: Pick<PortSample, "via"> & Partial<Omit<PortSample, "external">>,
  ): void {
    this.hosts.add(seen.host);
    this.#samples.push({ via, local, external: seen.port, turn });
  }

  allocation(): PortAllocation {
    const byTurn = [...this.#samples].sort((a, b) => (a.turn ?? Infinity) - (b.turn ?? Infinity));
    return classifyAllocation(byTurn);
  }
}
