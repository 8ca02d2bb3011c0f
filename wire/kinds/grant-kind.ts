import { toHex } from "../bytes.ts";
import { PUBLIC_KEY_BYTES } from "../limits.ts";
import { dispersy } from "../schema.js";
import type { BundleKind } from "./kind.ts";

/** Lets a member write, or grant, or both. */
export interface Grant {
  kind: "grant";
  /** 32-byte public key. */
  member: Uint8Array;
  write: boolean;
  grant: boolean;
}

export interface ShownGrant {
  /** Hexadecimal public key. */
  grantee: string;
  write: boolean;
  grant: boolean;
}

export const GRANT: BundleKind<Grant, ShownGrant> = {
  signer: "granter",
  isControl: true,
  read(body) {
    if (body.content !== "grant") return "content-mismatch";
    const { member, write, grant } = body.grant!;
    if (member?.length !== PUBLIC_KEY_BYTES) return "member-malformed";
    return { kind: "grant", member, write: write === true, grant: grant === true };
  },
  write({ member, write, grant }) {
    return { kind: dispersy.Body.Kind.GRANT, grant: { member, write, grant } };
  },
  mistake({ member }) {
    return member.length === PUBLIC_KEY_BYTES
      ? undefined
      : `a grant names a member by a key of ${PUBLIC_KEY_BYTES} bytes, not ${member.length}`;
  },
  show: ({ member, write, grant }) => ({ grantee: toHex(member), write, grant }),
};
