import { FRAME } from "../../node/host/carriers/frames.ts";
import type { Pipe } from "../../node/host/carriers/pipe.ts";
import type { Node } from "../../node/index.ts";
import { ticketWith } from "../helpers/ticket.ts";
import type { Carrier, Line } from "./carrier.ts";
import { Loss } from "./loss.ts";

/** Of a frame, where its kind stands (see node/host/carriers/frames.ts). */
const KIND_AT = 2;

/** Two ends of `sync --stdio` in one process, which may lose a datagram as a full line does. */
class PipeLine extends Loss implements Line {
  readonly #nodes: readonly [Node, Node];
  #ends: Pipe[] = [];

  constructor(...nodes: [Node, Node]) {
    super();
    this.#nodes = nodes;
  }

  async connect(ticket: string): Promise<this> {
    await this.#nodes[1].join(ticketWith(ticket, {}));
    this.mend();
    return this;
  }

  cut(): void {
    const ends = this.#ends;
    this.#ends = [];
    for (const end of ends) end.ended();
  }

  mend(): void {
    const ends: Pipe[] = [];
    this.#ends = ends;
    this.#nodes.forEach((node, at) => {
      const write = (bytes: Uint8Array): void => {
        const chunk = Uint8Array.from(bytes);
        if (chunk[KIND_AT] === FRAME.datagram && !this.passes(chunk)) return;
        // In a later turn, as from another process; what is on the way when the cable is pulled does not come.
        setImmediate(() => {
          if (this.#ends === ends) ends[1 - at]!.read(chunk);
        });
      };
      ends.push(node.pipe({ write, waiting: 0 }, { follow: true }));
    });
    // A follower's stream may end; two that have no overlay together are told so.
    for (const { done } of ends) done.catch(() => {});
  }

  close(): void {
    this.cut();
  }
}

export const PIPE: Carrier = {
  name: "pipe",
  options: { offline: true },
  connect: (from, to, ticket) => new PipeLine(from, to).connect(ticket),
};
