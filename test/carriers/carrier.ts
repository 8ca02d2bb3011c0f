import type { Node, NodeOptions } from "../../node/index.ts";

/**
 * A way on which bundles travel between nodes. The suite knows no more of one than this: whoever adds a carrier writes
 * one file like the others here, names it in `carriers.ts`, and all that is tested is tested with it.
 */
export interface Carrier {
  readonly name: string;
  /** What a node is opened with that this carrier, and no other, is to reach. */
  readonly options: NodeOptions;
  /** What it brings may be in order already: an export is. */
  readonly isOrdered?: true;
  /** Has `to` take part in the overlay of the ticket, which `from` takes part in, and the two meet. */
  connect(from: Node, to: Node, ticket: string): Promise<Line>;
}

/** What connects two nodes. */
export interface Line {
  /** From now on this share of what carries bundles gets lost on the way, 0 to 1. */
  loss: number;
  /** How much got lost because of it. */
  readonly lost: number;
  /** All that was passed on. BOUNDED: by the test. */
  readonly carried: readonly Uint8Array[];
  /** Nothing passes any more, as with a cable that was pulled. */
  cut(): void;
  /** As before. */
  mend(): void;
  /** For good. */
  close(): void;
}
