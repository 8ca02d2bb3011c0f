import { RECEIPT_TOPIC, decodeReceipt, authorPrefix } from "../../wire/kinds/receipt-kind.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { type Bundle, textOf } from "../../wire/bundle.ts";
import { fromHex } from "../../wire/bytes.ts";
import { PUBLIC_KEY_BYTES } from "../../wire/limits.ts";
import { asking, has, holding, memberOf, ReceiptGroup } from "../sim/receipt-group.ts";
import { befall, type Trouble } from "../sim/receipt-trouble.ts";

/** The author waits for all of them. */
const OTHERS = 3;
const BUNDLES = 3;
/** Between two bundles, at most. */
const PAUSE_MS = 8_000;
/** One of them may be lost, and nothing is there to mend it yet. */
const SHORT_PAUSE_MS = 200;
const TIMEOUT_MS = 30_000;
/** Receipts of two machines with one key may come minutes apart. */
const SETTLE_MS = 300_000;

export interface ReceiptsOutcome {
  waits: number;
  /** From being published to being known at all others; of those that came to that in time. */
  ms: number[];
  /** Members that counted as holders before any machine of theirs held the bundle. */
  early: number;
  /** The same, had a receipt's highest sequence counted alone. */
  earlyByMark: number;
  /** At the timeout: members that lack a bundle and were not named as missing. */
  unnamed: number;
  /** In the end: members that are wrongly known as holders, or not known although they hold it. */
  wrongInTheEnd: number;
}

interface Wait {
  bundle: Bundle;
  sinceMs: number;
  isOver: boolean;
}

/** One world: an author, three others, one trouble. */
export function receiptsWorld(seed: number, trouble: Trouble): ReceiptsOutcome {
  return new ReceiptsWorld(seed, trouble).run();
}

class ReceiptsWorld {
  readonly #group: ReceiptGroup;
  readonly #trouble: Trouble;
  readonly #random;
  readonly #outcome: ReceiptsOutcome = {
    waits: 0,
    ms: [],
    early: 0,
    earlyByMark: 0,
    unnamed: 0,
    wrongInTheEnd: 0,
  };
  /** By member: what any machine of it ever had on disk. BOUNDED: by the world. */
  readonly #everHeld = new Map<string, Set<string>>();
  /** BOUNDED: by the world. */
  readonly #machines: SimNode[] = [];
  /** BOUNDED: by BUNDLES. */
  readonly #waits: Wait[] = [];
  readonly #counted = new Set<string>();

  constructor(seed: number, trouble: Trouble) {
    this.#group = new ReceiptGroup({ seed, nodes: OTHERS + 1 });
    this.#trouble = trouble;
    this.#random = this.#group.world.random("receipts");
  }

  run(): ReceiptsOutcome {
    const { world, author, others, nodes } = this.#group;
    for (const node of nodes) this.#watch(node);
    // Where everybody may write, members are those who wrote.
    for (const node of nodes) this.#group.publish(node, [asking(`hello from ${node.name}`)]);
    world.runFor(this.#random.below(PAUSE_MS));
    const end = befall(this.#trouble, this.#group, this.#random, (node) => this.#watch(node));
    author.onEvent(({ event }) => {
      if (event === "held" || event === "bundle") this.#look();
    });
    for (let i = 0; i < BUNDLES; i++) {
      world.runFor(this.#random.below(this.#random.float() < 0.5 ? SHORT_PAUSE_MS : PAUSE_MS));
      this.#publish(`bundle ${i}`);
    }
    world.runFor(TIMEOUT_MS);
    this.#atTheTimeout(others.map((node) => memberOf(world, node)));
    end();
    world.runUntil(() => this.#wrong() === 0, world.now + SETTLE_MS);
    this.#outcome.wrongInTheEnd = this.#wrong();
    return this.#outcome;
  }

  #publish(text: string): void {
    const { author, world } = this.#group;
    // A topic supersedes now and then: what is gone is a gap.
    const more = this.#random.float() < 0.3 ? { topic: { name: TOPIC, keep: 1 } } : {};
    this.#group.whenPublished(author, [asking(text, more)], ([bundle]) => {
      this.#waits.push({ bundle: bundle!, sinceMs: world.now, isOver: false });
      this.#outcome.waits++;
    });
  }

  #watch(node: SimNode): void {
    this.#machines.push(node);
    const member = memberOf(this.#group.world, node);
    const held = this.#everHeld.get(member) ?? new Set<string>();
    this.#everHeld.set(member, held);
    node.onEvent((event) => {
      if (event.event === "bundle") held.add(event.bundle.key);
    });
  }

  #look(): void {
    const { author, world } = this.#group;
    const marks = this.#marks();
    for (const wait of this.#waits) {
      const { bundle } = wait;
      const { by } = holding(author, bundle);
      for (const member of by) this.#judge("early", member, bundle);
      const sequence = bundle.header.receipt!;
      for (const [member, mark] of marks) {
        if (mark >= sequence) this.#judge("earlyByMark", member, bundle);
      }
      if (wait.isOver || by.length < OTHERS) continue;
      wait.isOver = true;
      this.#outcome.ms.push(world.now - wait.sinceMs);
    }
  }

  #judge(count: "early" | "earlyByMark", member: string, bundle: Bundle): void {
    const name = `${count} ${member} ${bundle.key}`;
    if (this.#everHeld.get(member)?.has(bundle.key) === true || this.#counted.has(name)) return;
    this.#counted.add(name);
    this.#outcome[count]++;
  }

  /** The highest sequence of ours that each member's newest receipt names. */
  #marks(): Map<string, number> {
    const { author, world } = this.#group;
    const us = authorPrefix(fromHex(memberOf(world, author), PUBLIC_KEY_BYTES)!);
    const marks = new Map<string, number>();
    for (const { header, author: member } of world.bundles(author)) {
      const { content, topic } = header;
      if (content.kind !== "receipt" || textOf(topic?.name ?? EMPTY) !== RECEIPT_TOPIC) continue;
      const entry = decodeReceipt(content.data)?.entries.find((one) => one.author === us);
      marks.set(Buffer.from(member).toString("hex"), entry?.through ?? 0);
    }
    return marks;
  }

  #atTheTimeout(others: string[]): void {
    for (const { bundle } of this.#waits) {
      // What was superseded meanwhile is nobody's any more.
      if (!has(this.#group.author, bundle)) continue;
      const { missing, by } = holding(this.#group.author, bundle);
      for (const member of others) {
        const holdsIt = this.#everHeld.get(member)!.has(bundle.key);
        if (!holdsIt && !missing.includes(member)) this.#outcome.unnamed++;
        if (!by.includes(member) && !missing.includes(member)) this.#outcome.unnamed++;
      }
    }
  }

  /** Members that are wrongly known as holders, or not known although they hold it. */
  #wrong(): number {
    const { author, world } = this.#group;
    const own = memberOf(world, author);
    let errors = 0;
    for (const { bundle } of this.#waits) {
      if (!has(author, bundle)) continue;
      const holders = this.#machines.filter((node) => node.running && has(node, bundle));
      const expected = new Set(
        holders.map((node) => memberOf(world, node)).filter((member) => member !== own),
      );
      const { by } = holding(author, bundle);
      const wrong = by.filter((member) => !expected.has(member)).length;
      errors += wrong + (expected.size - (by.length - wrong));
    }
    return errors;
  }
}

const EMPTY = new Uint8Array(0);
const TOPIC = new TextEncoder().encode("state");
