import { compareHeld, heldOf, type Held } from "../../../node/sets/held.ts";
import { type BundleStore } from "../../../node/store/store.ts";
import { type Bundle, isPassing, readBundle } from "../../../wire/bundle.ts";
import { equalBytes, toHex } from "../../../wire/bytes.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { SimNode } from "../../../node/testing/node.ts";
import type { Violations } from "./violations.ts";

/** Who may write in a world's overlay, as its founder decided. */
export interface Rights {
  overlayKey: Uint8Array;
  writers: "open" | "members";
  /** Hexadecimal public keys. BOUNDED: by the world's nodes. */
  members: ReadonlySet<string>;
}

/** What was found about one bundle. Where the same bytes are held under the same name, it holds there as well. */
interface Finding {
  held: Held;
  wire: WireBundle;
  complaint: string | undefined;
}

/**
 * Reads everything that the nodes hold, and judges it by itself: readable, named rightly, signed, allowed. What many
 * hold, byte by byte the same, is judged once.
 */
export function checkStores(
  crypto: Crypto,
  nodes: readonly SimNode[],
  rights: Rights,
  violations: Violations,
  now: number,
): void {
  /** By 32 bits of the name, the latest. BOUNDED: by what is held. */
  const findings = new Map<number, Finding>();
  for (const node of nodes) {
    const { store } = node.memberships[0]!;
    store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
      const held = { globalTime, w0, w1, w2, w3 };
      const wire = store.get(held);
      let finding = findings.get(w0);
      if (wire !== undefined && (finding === undefined || !isOf(finding, held, wire))) {
        finding = { held, wire, complaint: judge(crypto, wire, held, rights) };
        findings.set(w0, finding);
      }
      const complaint = wire === undefined ? "is missing" : finding!.complaint;
      if (complaint === undefined) return true;
      const detail = `the bundle at ${globalTime} ${complaint}`;
      violations.add("not-verified", now, node.name, detail);
      return true;
    });
  }
}

function isOf(finding: Finding, held: Held, { author, body, signature }: WireBundle): boolean {
  return (
    compareHeld(finding.held, held) === 0 &&
    equalBytes(finding.wire.body, body) &&
    equalBytes(finding.wire.signature, signature) &&
    equalBytes(finding.wire.author, author)
  );
}

function judge(crypto: Crypto, wire: WireBundle, held: Held, rights: Rights): string | undefined {
  const bundle = readBundle(crypto, rights.overlayKey, wire);
  if ("rejected" in bundle) return bundle.rejected;
  if (isPassing(bundle.header.content)) return "is for the moment";
  const complaint = judgeAuthor(crypto, bundle, rights);
  if (complaint !== undefined) return complaint;
  const named = heldOf(bundle.header.globalTime, bundle.id);
  return compareHeld(named, held) === 0 ? undefined : "has another's name";
}

function judgeAuthor(
  crypto: Crypto,
  { author, header, signed, signature }: Bundle,
  rights: Rights,
): string | undefined {
  if (!crypto.verify(signature, signed, author)) return "is not signed by its author";
  if (equalBytes(author, rights.overlayKey)) return undefined;
  // In these worlds nobody but the founder may grant.
  if (header.content.kind === "policy" || header.content.kind === "grant") {
    return `is a ${header.content.kind} that the founder did not sign`;
  }
  if (rights.writers === "open" || rights.members.has(toHex(author))) return undefined;
  return "is of somebody who may not write";
}

/** A short description of where two nodes hold different bundles; undefined when all hold the same. */
export function difference(nodes: readonly SimNode[]): string | undefined {
  const [first, ...others] = nodes.map((node) => node.memberships[0]!.store);
  for (const [i, other] of others.entries()) {
    const missing = countLacking(first!, other);
    const more = countLacking(other, first!);
    if (missing + more === 0) continue;
    const [a, b] = [nodes[0]!.name, nodes[i + 1]!.name];
    return `${b} lacks ${missing} of ${a}'s ${first!.index.size} and has ${more} more`;
  }
  return undefined;
}

/** How many that `holder` holds are lacking elsewhere. */
function countLacking(holder: BundleStore, elsewhere: BundleStore): number {
  let lacking = 0;
  holder.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    if (!elsewhere.index.has({ globalTime, w0, w1, w2, w3 })) lacking++;
    return true;
  });
  return lacking;
}
