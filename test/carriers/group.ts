import type { TestContext } from "node:test";
import type { Delivery, Node, NodeOptions, PutOptions } from "../../node/index.ts";
import { openNode, payloads, until } from "../host/support.ts";
import type { Carrier, Line } from "./carrier.ts";

/** A node of a test, and what connects it with the founder. */
export interface Member {
  node: Node;
  line: Line;
}

/** The nodes of one test: a founder, and others that each have a line to it. */
export class Group {
  readonly founder: Node;
  readonly #t: TestContext;
  readonly #carrier: Carrier;

  private constructor(t: TestContext, carrier: Carrier, founder: Node) {
    this.#t = t;
    this.#carrier = carrier;
    this.founder = founder;
  }

  static async found(
    t: TestContext,
    carrier: Carrier,
    { overlay, ...options }: NodeOptions & { overlay?: Parameters<Node["createOverlay"]>[0] } = {},
  ): Promise<Group> {
    const founder = await openNode(t, { ...carrier.options, ...options });
    await founder.createOverlay(overlay);
    return new Group(t, carrier, founder);
  }

  /** One more, as soon as it knows who may write. */
  async add(options: NodeOptions & { ticket?: string } = {}): Promise<Member> {
    const member = await this.connect(options);
    await knowsPolicy(member.node);
    return member;
  }

  /** The same, as soon as its line is there. */
  async connect({ ticket, ...options }: NodeOptions & { ticket?: string } = {}): Promise<Member> {
    const node = await openNode(this.#t, { ...this.#carrier.options, ...options });
    const line = await this.#carrier.connect(this.founder, node, ticket ?? this.founder.ticket());
    this.#t.after(() => line.close());
    return { node, line };
  }
}

export async function knowsPolicy(node: Node): Promise<void> {
  await until("it knows who may write", () => node.writers() !== "unknown");
}

/** Publishes texts `NAME 0`, `NAME 1` ... of so many bytes, each of which follows the one before, and returns them. */
export async function put(
  node: Node,
  name: string,
  count: number,
  options: PutOptions & { bytes?: number } = {},
): Promise<string[]> {
  const { bytes = 100, ...more } = options;
  const texts = Array.from({ length: count }, (_, i) => `${name} ${i} `.padEnd(bytes, "."));
  await node.put(
    undefined,
    texts.map((text) => Buffer.from(text)),
    more,
  );
  return texts;
}

/** What it holds, in an order of its own. */
export const held = (node: Node): string[] => payloads(node).sort();

/** Until all hold so many texts, and the same. */
export async function untilEqual(nodes: Node[], count: number): Promise<void> {
  await until(`all hold the same ${count}`, () => {
    // A listing is dear, a count is not; it has receipts in it, too.
    if (nodes.some((node) => node.status().overlays[0]!.bundles < count)) return false;
    const [first, ...others] = nodes.map(held);
    return first!.length === count && others.every((other) => other.join() === first!.join());
  });
}

export function textOf({ bundle: { header } }: Delivery): string {
  return header.content.kind === "data" ? Buffer.from(header.content.payload).toString() : "";
}
