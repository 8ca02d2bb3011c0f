import { compareBytes, equalBytes, toHex } from "../wire/bytes.ts";
import type { Bundle } from "../wire/bundle.ts";

interface Permissions {
  write: boolean;
  grant: boolean;
}

/** What the policy says of a bundle: admit it, keep it aside until a grant or the policy arrives, or refuse it for good. */
export type Verdict = "admit" | "await" | "refuse";

/**
 * Who may write in an overlay. Its rules only ever add permissions as bundles arrive, so that all nodes agree whatever
 * the order of arrival:
 * - the overlay key signs the policy, `open` or `members`; of several, the first by (global time, id) counts;
 * - a grant counts when it is signed by the overlay key, or by somebody who may grant;
 * - who may grant but not write (an invitation) confers the permission to write and nothing else.
 */
export class Policy {
  readonly #overlayKey: Uint8Array;
  readonly #overlayHex: string;
  #policy: Bundle | undefined;
  /** BOUNDED: by the grants held. */
  readonly #grants: Bundle[] = [];
  /** BOUNDED: by the grants held. */
  #members = new Map<string, Permissions>();

  constructor(overlayKey: Uint8Array) {
    this.#overlayKey = overlayKey;
    this.#overlayHex = toHex(overlayKey);
  }

  get writers(): "open" | "members" | "unknown" {
    const content = this.#policy?.header.content;
    return content?.kind === "policy" ? content.writers : "unknown";
  }

  mayWrite(author: Uint8Array): boolean {
    if (this.writers === "open") return true;
    return this.writers === "members" && this.#permissions(author).write;
  }

  mayGrant(author: Uint8Array): boolean {
    return this.#permissions(author).grant;
  }

  judge(bundle: Bundle): Verdict {
    const { content } = bundle.header;
    if (content.kind === "policy") {
      return equalBytes(bundle.author, this.#overlayKey) ? "admit" : "refuse";
    }
    if (content.kind === "grant") return this.#counts(bundle) ? "admit" : "await";
    if (this.mayWrite(bundle.author)) return "admit";
    return "await";
  }

  /** Takes an admitted bundle into account; true when that changed who may do what. */
  apply(bundle: Bundle): boolean {
    const { kind } = bundle.header.content;
    if (kind === "policy") return this.#applyPolicy(bundle);
    if (kind !== "grant") return false;
    this.#grants.push(bundle);
    return this.#recompute();
  }

  #applyPolicy(bundle: Bundle): boolean {
    if (this.#policy !== undefined && compareBundles(this.#policy, bundle) <= 0) return false;
    this.#policy = bundle;
    return true;
  }

  #permissions(author: Uint8Array): Permissions {
    const hex = toHex(author);
    if (hex === this.#overlayHex) return { write: true, grant: true };
    return this.#members.get(hex) ?? { write: false, grant: false };
  }

  /** Whether the grant's author may confer what it confers. */
  #counts(bundle: Bundle): boolean {
    const { content } = bundle.header;
    if (content.kind !== "grant") return false;
    const author = this.#permissions(bundle.author);
    return author.grant && (author.write || !content.grant);
  }

  /** A grant can make an earlier one count, so this repeats until nothing changes. */
  #recompute(): boolean {
    let changedEver = false;
    for (let changed = true; changed;) {
      changed = false;
      for (const bundle of this.#grants)
        if (this.#counts(bundle)) changed = this.#confer(bundle) || changed;
      changedEver ||= changed;
    }
    return changedEver;
  }

  #confer(bundle: Bundle): boolean {
    const { content } = bundle.header;
    if (content.kind !== "grant") return false;
    const before = this.#permissions(content.member);
    const after = { write: before.write || content.write, grant: before.grant || content.grant };
    if (after.write === before.write && after.grant === before.grant) return false;
    this.#members.set(toHex(content.member), after);
    return true;
  }
}

function compareBundles(a: Bundle, b: Bundle): number {
  return a.header.globalTime - b.header.globalTime || compareBytes(a.id, b.id);
}
