import { compareBytes, equalBytes, toHex } from "../../wire/bytes.ts";
import { type Bundle, type Content, kindOf } from "../../wire/bundle.ts";

/** Above which global time somebody has each permission; Infinity: never. */
interface Permissions {
  write: number;
  grant: number;
}

const NONE: Permissions = { write: Infinity, grant: Infinity };
/** The overlay key's. */
const ALL: Permissions = { write: 0, grant: 0 };

/** Bits of a policy's `requires` that this version knows. None is defined yet. */
const KNOWN_REQUIREMENTS = 0;

interface PolicyBundle extends Bundle {
  content: Extract<Content, { kind: "policy" }>;
}

/**
 * What the policy says of a bundle: admit it, keep it aside until a grant or the policy arrives, or refuse it for good.
 */
export type Verdict = "admit" | "await" | "refuse";

/**
 * Who may write in an overlay. Its rules only ever add permissions as bundles arrive, so that all nodes agree whatever
 * the order of arrival:
 * - the overlay key signs the policy. `open` or `members` is as the first one by (global time, id) says; for all else
 *   the one with the highest (version, global time, id) counts;
 * - a grant counts when it is signed by the overlay key, or by somebody who may grant;
 * - who may grant but not write (an invitation) confers the permission to write and nothing else;
 * - a bundle has a later global time than what allows it: whoever asks for bundles gets them in that order, and would
 *   ask in vain for ever if there were enough before a grant that wait for it.
 */
export class Policy {
  readonly #overlayKey: Uint8Array;
  readonly #overlayHex: string;
  /** The first one: who may write, for good. */
  #first: PolicyBundle | undefined;
  /** The one that counts for all else. */
  #current: PolicyBundle | undefined;
  /**
   * Grants by who signed them, as far as they do not count yet. What counts once counts for ever, and is not looked at
   * again. BOUNDED: by the grants held, of which all were admitted because they count; others are there only when a
   * record on disk was damaged.
   */
  readonly #dormant = new Map<string, Bundle[]>();
  /** BOUNDED: by the grants held. */
  readonly #members = new Map<string, Permissions>();

  constructor(overlayKey: Uint8Array) {
    this.#overlayKey = overlayKey;
    this.#overlayHex = toHex(overlayKey);
  }

  get writers(): "open" | "members" | "unknown" {
    return this.#first?.content.writers ?? "unknown";
  }

  /** What the overlay requires of those who take part, and this version does not know: a bit set. */
  get unknownRequirements(): number {
    return ((this.#current?.content.requires ?? 0) & ~KNOWN_REQUIREMENTS) >>> 0;
  }

  /** How many of each author's topic it keeps; undefined: as their authors say. */
  get keep(): number | undefined {
    return this.#current?.content.keep;
  }

  /** Whether it says that data is sealed. */
  get isPrivate(): boolean {
    return this.#current?.content.private === true;
  }

  mayWrite(author: Uint8Array): boolean {
    if (this.writers === "open") return true;
    return this.writers === "members" && this.#permissions(author).write < Infinity;
  }

  /** Hexadecimal keys of those whom a grant lets write; none where everybody may. */
  get writingMembers(): string[] {
    return [...this.#members].flatMap(([member, { write }]) => (write < Infinity ? [member] : []));
  }

  mayGrant(author: Uint8Array): boolean {
    return this.#permissions(author).grant < Infinity;
  }

  judge(bundle: Bundle): Verdict {
    const { content, globalTime } = bundle.header;
    switch (kindOf(content).signer) {
      case "overlay":
        return equalBytes(bundle.author, this.#overlayKey) ? "admit" : "refuse";
      case "granter":
        return this.#counts(bundle) ? "admit" : "await";
      case "writer":
        return this.#writesAbove(bundle.author) < globalTime ? "admit" : "await";
    }
  }

  /** Takes an admitted bundle into account; true when that changed who may do what. */
  apply(bundle: Bundle): boolean {
    const { content } = bundle.header;
    if (content.kind === "policy") return this.#applyPolicy({ ...bundle, content });
    if (content.kind !== "grant") return false;
    return this.#applyGrant(bundle);
  }

  #applyPolicy(policy: PolicyBundle): boolean {
    const isFirst = this.#first === undefined || compareBundles(policy, this.#first) < 0;
    if (isFirst) this.#first = policy;
    const isCurrent = this.#current === undefined || compareVersions(policy, this.#current) > 0;
    if (isCurrent) this.#current = policy;
    return isFirst || isCurrent;
  }

  #writesAbove(author: Uint8Array): number {
    if (this.#first === undefined) return Infinity;
    const { globalTime } = this.#first.header;
    if (this.writers === "open") return globalTime;
    return Math.max(globalTime, this.#permissions(author).write);
  }

  #permissions(author: Uint8Array): Permissions {
    const hex = toHex(author);
    return hex === this.#overlayHex ? ALL : (this.#members.get(hex) ?? NONE);
  }

  /** Whether the grant's author may confer what it confers. */
  #counts(bundle: Bundle): boolean {
    const { content, globalTime } = bundle.header;
    if (content.kind !== "grant") return false;
    const { grant, write } = this.#permissions(bundle.author);
    return grant < globalTime && (write < globalTime || !content.grant);
  }

  /** A grant can make earlier ones count: of everybody who is permitted more by it, those that waited for that. */
  #applyGrant(bundle: Bundle): boolean {
    let hasChanged = false;
    const grants = [bundle];
    for (let grant = grants.pop(); grant !== undefined; grant = grants.pop()) {
      if (!this.#counts(grant)) this.#keepDormant(grant);
      else if (this.#confer(grant)) {
        hasChanged = true;
        for (const woken of this.#wake(grant)) grants.push(woken);
      }
    }
    return hasChanged;
  }

  #keepDormant(grant: Bundle): void {
    const author = toHex(grant.author);
    const others = this.#dormant.get(author);
    if (others === undefined) this.#dormant.set(author, [grant]);
    else others.push(grant);
  }

  /** Takes out what is signed by the member that a grant names. */
  #wake({ header: { content } }: Bundle): Bundle[] {
    if (content.kind !== "grant") return [];
    const member = toHex(content.member);
    const woken = this.#dormant.get(member) ?? [];
    this.#dormant.delete(member);
    return woken;
  }

  #confer(bundle: Bundle): boolean {
    const { content, globalTime } = bundle.header;
    if (content.kind !== "grant") return false;
    const before = this.#permissions(content.member);
    const after = {
      write: content.write ? Math.min(before.write, globalTime) : before.write,
      grant: content.grant ? Math.min(before.grant, globalTime) : before.grant,
    };
    if (after.write === before.write && after.grant === before.grant) return false;
    this.#members.set(toHex(content.member), after);
    return true;
  }
}

function compareVersions(a: PolicyBundle, b: PolicyBundle): number {
  return (a.content.version ?? 0) - (b.content.version ?? 0) || compareBundles(a, b);
}

function compareBundles(a: Bundle, b: Bundle): number {
  return a.header.globalTime - b.header.globalTime || compareBytes(a.id, b.id);
}
