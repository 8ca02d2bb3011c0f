import { dispersy } from "../schema.js";
import type { BundleKind } from "./kind.ts";

/** Who may write, and what a node must know to take part. Signed by the overlay's own key. */
export interface PolicyContent {
  kind: "policy";
  writers: "open" | "members";
  /** 1 to 2^32 - 1, or absent for 0; of several policies the highest counts. */
  version?: number;
  /** Bit set, 32 bits; absent for none. Whoever does not know one of them does not take part. */
  requires?: number;
  /** So many of each author's topic are kept, whatever their authors say; absent: as these say. */
  keep?: number;
  /** Whether data is sealed; absent for no. For people: what is admitted does not depend on it. */
  private?: true;
}

const { Writers } = dispersy.Policy;
const MAX_UINT32 = 0xffff_ffff;

export const POLICY: BundleKind<PolicyContent, Omit<PolicyContent, "kind">> = {
  signer: "overlay",
  isControl: true,
  read(body) {
    if (body.content !== "policy") return "content-mismatch";
    const { writers, version, requires, keep, private: isPrivate } = body.policy!;
    if (writers !== Writers.OPEN && writers !== Writers.MEMBERS) return "writers-unknown";
    const name = writers === Writers.OPEN ? "open" : "members";
    return {
      kind: "policy",
      writers: name,
      ...(version && { version }),
      ...(requires && { requires }),
      ...(keep && { keep }),
      ...(isPrivate && { private: true }),
    };
  },
  write({ writers, version, requires, keep, private: isPrivate }) {
    return {
      kind: dispersy.Body.Kind.POLICY,
      policy: {
        writers: writers === "open" ? Writers.OPEN : Writers.MEMBERS,
        ...(version && { version }),
        ...(requires && { requires }),
        ...(keep && { keep }),
        ...(isPrivate && { private: true }),
      },
    };
  },
  mistake({ version = 0, requires = 0, keep = 0 }) {
    const isUint32 = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= MAX_UINT32;
    return [version, requires, keep].every(isUint32)
      ? undefined
      : "a policy's version, requirements and limits are whole numbers of 32 bits";
  },
  show({ writers, version, requires, keep, private: isPrivate }) {
    return {
      writers,
      ...(version && { version }),
      ...(requires && { requires }),
      ...(keep && { keep }),
      ...(isPrivate && { private: true }),
    };
  },
};
