import { heldOf, type BundleStore } from "../../../node/store/store.ts";
import { type Bundle, readBundle } from "../../../wire/bundle.ts";
import { equalBytes, toHex } from "../../../wire/bytes.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import type { SimNode } from "../node.ts";
import type { Violations } from "./violations.ts";

/** Who may write in a world's overlay, as its founder decided. */
export interface Rights {
  overlayKey: Uint8Array;
  writers: "open" | "members";
  /** Hexadecimal public keys. BOUNDED: by the world's nodes. */
  members: ReadonlySet<string>;
}

/** Reads everything that a node holds, and judges it by itself: readable, named rightly, signed, allowed. */
export function checkStore(
  crypto: Crypto,
  node: SimNode,
  rights: Rights,
  violations: Violations,
  now: number,
): void {
  const { store } = node.memberships[0]!;
  store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    const wire = store.get({ globalTime, w0, w1, w2, w3 });
    const mistake = wire === undefined ? "is missing" : undefined;
    const bundle = wire && readBundle(crypto, rights.overlayKey, wire);
    const complaint = mistake ?? judge(crypto, bundle!, rights);
    const add = (detail: string): void => {
      violations.add("not-verified", now, node.name, `the bundle at ${globalTime} ${detail}`);
    };
    if (complaint !== undefined) add(complaint);
    else if (!isNamed(bundle as Bundle, { globalTime, w0, w1, w2, w3 })) add("has another's name");
    return true;
  });
}

function judge(
  crypto: Crypto,
  bundle: ReturnType<typeof readBundle>,
  rights: Rights,
): string | undefined {
  if ("rejected" in bundle) return bundle.rejected;
  const { author, header, signed, signature } = bundle;
  if (!crypto.verify(signature, signed, author)) return "is not signed by its author";
  if (equalBytes(author, rights.overlayKey)) return undefined;
  // In these worlds nobody but the founder may grant.
  if (header.content.kind === "policy" || header.content.kind === "grant") {
    return `is a ${header.content.kind} that the founder did not sign`;
  }
  if (rights.writers === "open" || rights.members.has(toHex(author))) return undefined;
  return "is of somebody who may not write";
}

function isNamed(bundle: Bundle, entry: ReturnType<typeof heldOf>): boolean {
  const held = heldOf(bundle.header.globalTime, bundle.id);
  return (
    held.globalTime === entry.globalTime &&
    held.w0 === entry.w0 &&
    held.w1 === entry.w1 &&
    held.w2 === entry.w2 &&
    held.w3 === entry.w3
  );
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
