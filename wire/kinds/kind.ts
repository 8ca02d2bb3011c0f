import type { dispersy } from "../schema.js";

export type Body = dispersy.Body;
export type BodyFields = dispersy.Body.$Properties;

/** Why a body cannot be read. Every node refuses the same bodies. */
export type BodyRejection =
  /** Not protobuf, or cut short. */
  | "body-malformed"
  | "body-too-large"
  | "payload-too-large"
  /** Global time 0 or above 2^53 - 1. */
  | "time-out-of-range"
  | "expires-out-of-range"
  | "too-many-parents"
  /** Parents that are not 20 bytes each, or one that is not earlier than its child. */
  | "parent-malformed"
  | "topic-too-long"
  /** A topic without `keep`, or `keep` without a topic. */
  | "topic-incomplete"
  /** A kind that is never stored, or no kind at all. */
  | "kind-not-stored"
  /** The content is absent or belongs to another kind. */
  | "content-mismatch"
  | "writers-unknown"
  /** A grant whose member is not a 32-byte key. */
  | "member-malformed";

/**
 * Who may sign: the overlay's own key; whoever may grant; whoever may write. Only the first three kinds may depend on
 * more than the last: a node that does not know a kind holds it whenever its author may write.
 */
export type Signer = "overlay" | "granter" | "writer";

/**
 * All that is special about one kind of bundle. A new kind is its message in the schema, a file like its neighbours
 * here, and a line in `kinds.ts`. What it does, where it does something, is up to who reads the content.
 */
export interface BundleKind<C extends { kind: string }, Shown extends object> {
  readonly signer: Signer;
  /** Whether it decides over other bundles: such ones are few, kept apart, and read at the start. */
  readonly isControl: boolean;
  read(body: Body): C | BodyRejection;
  /** The fields of the body, `kind` among them. */
  write(content: C): BodyFields;
  /** A sentence that says why this cannot be published; undefined when it can. */
  mistake(content: C): string | undefined;
  /** What people and scripts see of it, beside what all bundles have. */
  show(content: C): Shown;
}
