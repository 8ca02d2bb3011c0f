import type { Node } from "../../node/index.ts";
import { Relay } from "../e2e/relay.ts";
import { parseHostPort } from "../../wire/place.ts";
import { ticketWith } from "../helpers/ticket.ts";
import type { Carrier, Line } from "./carrier.ts";
import { Loss } from "./loss.ts";

/** Two nodes' sockets on loopback, with a relay between them. */
class UdpLine extends Loss implements Line {
  readonly #relay = new Relay();
  #isCut = false;

  async connect(from: Node, to: Node, ticket: string): Promise<this> {
    this.#relay.passes = (bytes) => !this.#isCut && this.passes(bytes);
    const [face] = await Promise.all([from, to].map(({ listen }) => this.#relay.face(listen[0]!)));
    await to.join(ticketWith(ticket, { at: [parseHostPort(face!)!] }));
    return this;
  }

  cut(): void {
    this.#isCut = true;
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.#relay.close();
  }
}

export const UDP: Carrier = {
  name: "UDP",
  options: { listen: "127.0.0.1:0", portmap: false, lan: false },
  connect: (from, to, ticket) => new UdpLine().connect(from, to, ticket),
};
