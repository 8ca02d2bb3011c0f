import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type Node, UserError } from "../../node/index.ts";
import { ticketWith } from "../helpers/ticket.ts";
import type { Carrier, Line } from "./carrier.ts";
import { Loss } from "./loss.ts";

/** One of the two nodes, and the newest file of its that reached the other one. */
interface End {
  node: Node;
  brought?: string;
  /** When the last visit began: Unix milliseconds. */
  visitedMs: number;
}

/**
 * A courier with files. Whenever one of the two has something new it goes to both, and takes from each to the other a
 * file of what is new there, and one of all that the other's last file did not name. Of what it loses every second file
 * arrives after all, without its end.
 */
class FileLine extends Loss implements Line {
  readonly #folder = mkdtempSync(join(tmpdir(), "dispersy-courier-"));
  readonly #ends: readonly [End, End];
  #files = 0;
  #isCut = false;
  #isClosed = false;
  #isNews = true;
  #wake = (): void => {};

  constructor(from: Node, to: Node) {
    super();
    this.#ends = [
      { node: from, visitedMs: 0 },
      { node: to, visitedMs: 0 },
    ];
  }

  async connect(ticket: string): Promise<this> {
    await this.#ends[1].node.join(ticketWith(ticket, {}));
    const stops = this.#ends.map(({ node }) =>
      node.subscribe(({ event }) => {
        if (event === "bundle") this.#news();
      }),
    );
    void this.#run()
      // A node that was closed, or takes part in no such overlay, is left alone.
      .catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
      })
      .finally(() => {
        for (const stop of stops) stop();
        rmSync(this.#folder, { recursive: true });
      });
    return this;
  }

  cut(): void {
    this.#isCut = true;
  }

  mend(): void {
    this.#isCut = false;
    this.#news();
  }

  close(): void {
    this.#isClosed = true;
    this.#news();
  }

  get #isOpen(): boolean {
    return !this.#isCut && !this.#isClosed;
  }

  #news(): void {
    this.#isNews = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      if (!this.#isNews || this.#isCut) await new Promise<void>((wake) => (this.#wake = wake));
      this.#isNews = false;
      for (const [from, to] of [this.#ends, this.#ends.toReversed()] as [End, End][]) {
        if (!this.#isOpen) break;
        const since = from.visitedMs;
        from.visitedMs = Date.now();
        await this.#bring(from, to, { since });
        const theirs = to.brought;
        await this.#bring(from, to, theirs === undefined ? {} : { theirs: contentOf(theirs) });
      }
    }
  }

  async #bring(from: End, to: End, options: Parameters<Node["exportTo"]>[1]): Promise<void> {
    if (!this.#isOpen) return;
    const file = join(this.#folder, `${this.#files++}`);
    const out = createWriteStream(file);
    const { bundles } = await from.node.exportTo(out, options);
    await new Promise<void>((resolve) => out.end(resolve));
    if (bundles > 0 && this.isLost()) {
      this.#isNews = true;
      if (this.lost % 2 === 1) return;
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, whole.length >> 1));
    }
    if (!this.#isOpen) return;
    this.carried.push(readFileSync(file));
    await to.node.importFrom(contentOf(file));
    from.brought = file;
  }
}

function contentOf(file: string): Readable {
  return Readable.from([readFileSync(file)]);
}

export const FILE: Carrier = {
  name: "file",
  options: { offline: true },
  isOrdered: true,
  connect: (from, to, ticket) => new FileLine(from, to).connect(ticket),
};
