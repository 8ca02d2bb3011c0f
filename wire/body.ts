import { TAG_BYTES } from "./crypto.ts";
import { innerBytes, innerOf } from "./inner.ts";
import {
  CONTENT_SALT_BYTES,
  HIDDEN_TOPIC_BYTES,
  MAX_BODY_BYTES,
  MAX_GLOBAL_TIME,
  MAX_PARENTS,
  MAX_PAYLOAD_BYTES,
  MAX_TOPIC_BYTES,
  PARENT_BYTES,
  PAYLOAD_KEY_ID_BYTES,
} from "./limits.ts";
import type { Body, BodyFields, BodyRejection } from "./kinds/kind.ts";
import { type Content, kindOf, readContent } from "./kinds/kinds.ts";
import { dispersy } from "./schema.js";
import { KEEP_ALL } from "./topics.ts";
import { numberOf, uint64 } from "./uint64.ts";
import { encodeParents, type Place, readParents } from "./parents.ts";

/** What a bundle says, apart from who says it. */
export interface Draft {
  content: Content;
  /** Unix time in seconds from which on nobody keeps it. */
  expires?: number;
  /** Bundles that this one follows: at least 1 and at most 3, each with an earlier global time. */
  parents?: Place[];
  /** With `keep`: only the newest `keep` bundles of this author and topic are kept. */
  topic?: { name: Uint8Array; keep: number };
  /**
   * It asks who received it: its number, 1, 2, 3 ..., among those of its author that ask. Whoever publishes gives any:
   * the node gives the next one.
   */
  receipt?: number;
}

export interface Header extends Draft {
  /** Lamport time, 1 to 2^53 - 1. */
  globalTime: number;
}

/** Of `flags`. */
const RECEIPT_WANTED = 1;
const NO_KEY = new Uint8Array(PAYLOAD_KEY_ID_BYTES);
const HIDDEN_TOPIC = new Uint8Array(HIDDEN_TOPIC_BYTES);

/** The encoded header and content. The draft must have passed `checkDraft`. */
export function encodeBody(globalTime: number, draft: Draft): Uint8Array {
  const { parents } = draft;
  return encodeWith(globalTime, draft, parents && encodeParents(globalTime, parents));
}

function encodeWith(globalTime: number, draft: Draft, parents?: Uint8Array): Uint8Array {
  const body: BodyFields = {
    ...kindOf(draft.content).write(draft.content),
    globalTime: uint64(globalTime),
  };
  if (draft.expires !== undefined) body.expires = uint64(draft.expires);
  if (parents !== undefined) body.parents = parents;
  if (draft.topic !== undefined) {
    body.topic = draft.topic.name;
    body.keep = draft.topic.keep;
  }
  if (draft.receipt !== undefined) {
    body.sequence = uint64(draft.receipt);
    body.flags = RECEIPT_WANTED;
  }
  return dispersy.Body.encode(body).finish();
}

/** What `bytes` say, or why they cannot be read. Byte strings in the result are views of `bytes`. */
export function decodeBody(bytes: Uint8Array): Header | BodyRejection {
  if (bytes.length > MAX_BODY_BYTES) return "body-too-large";
  const body = decodeProtobuf(bytes);
  if (body === undefined) return "body-malformed";
  const bad = timeRejection(body) ?? topicRejection(body);
  if (bad !== undefined) return bad;
  const globalTime = body.globalTime.toNumber();
  const parents = readParents(globalTime, body.parents);
  if (typeof parents === "string") return parents;
  const content = readContent(body);
  if (typeof content === "string") return content;

  const header: Header = { globalTime, content };
  if (!body.expires.isZero()) header.expires = body.expires.toNumber();
  if (parents.length > 0) header.parents = parents;
  if (body.topic.length > 0) header.topic = { name: body.topic, keep: body.keep };
  const receipt = receiptOf(body);
  if (receipt !== undefined) header.receipt = receipt;
  return header;
}

/** Whatever stands in these fields, a bundle is held. */
function receiptOf({ flags, sequence }: Body): number | undefined {
  const isWanted = (flags & RECEIPT_WANTED) !== 0;
  return isWanted ? numberOf(sequence) : undefined;
}

function decodeProtobuf(bytes: Uint8Array): Body | undefined {
  try {
    return dispersy.Body.decode(bytes);
  } catch {
    return undefined;
  }
}

function timeRejection(body: Body): BodyRejection | undefined {
  const time = body.globalTime.toNumber();
  if (time < 1 || time > MAX_GLOBAL_TIME) return "time-out-of-range";
  if (body.expires.toNumber() > Number.MAX_SAFE_INTEGER) return "expires-out-of-range";
  return undefined;
}

function topicRejection(body: Body): BodyRejection | undefined {
  if (body.topic.length > MAX_TOPIC_BYTES) return "topic-too-long";
  return body.topic.length > 0 === body.keep > 0 ? undefined : "topic-incomplete";
}

/** The size in bytes of the body that `draft` becomes, at the longest global time. */
export function draftBytes(draft: Draft): number {
  const parents = draft.parents && new Uint8Array(draft.parents.length * PARENT_BYTES);
  return encodeWith(MAX_GLOBAL_TIME, draft, parents).length;
}

/** A sentence that names what `draft` violates, or undefined when it can be published. */
export function checkDraft(draft: Draft): string | undefined {
  return kindOf(draft.content).mistake(draft.content) ?? headerMistake(draft) ?? sizeMistake(draft);
}

function headerMistake({ expires, parents = [], topic, receipt }: Draft): string | undefined {
  if (expires !== undefined && !(Number.isSafeInteger(expires) && expires > 0)) {
    return "the expiry must be a whole number of seconds above 0";
  }
  if (parents.length > MAX_PARENTS) {
    return `the bundle names ${parents.length} parents; at most ${MAX_PARENTS} are allowed`;
  }
  if (receipt !== undefined && !(Number.isSafeInteger(receipt) && receipt > 0)) {
    return "bundles that ask for a receipt are numbered from 1 on";
  }
  return topic === undefined ? undefined : topicMistake(topic);
}

function topicMistake({ name, keep }: { name: Uint8Array; keep: number }): string | undefined {
  if (name.length < 1 || name.length > MAX_TOPIC_BYTES) {
    return `the topic has ${name.length} bytes; it must have 1 to ${MAX_TOPIC_BYTES}`;
  }
  return Number.isInteger(keep) && keep >= 1 && keep <= KEEP_ALL
    ? undefined
    : `a topic keeps 1 to ${KEEP_ALL} bundles`;
}

/** One rule for all overlays: what can be published in one fits into every other, private or not. */
function sizeMistake(draft: Draft): string | undefined {
  const size = draftBytes(asSealed(draft));
  return size > MAX_BODY_BYTES
    ? `payload, parents and topic take ${size} bytes together; at most ${MAX_BODY_BYTES} fit into a bundle`
    : undefined;
}

/** What every bundle has room for besides, at its largest. */
const ALL_ELSE: Omit<Draft, "content" | "topic"> = {
  expires: 2 ** 40,
  parents: [{ globalTime: 1, w0: 0, w1: 0, w2: 0, w3: 0 }],
  receipt: 2 ** 34,
};

/** The largest payload of data under a topic with a name of so many bytes; 0: under none. */
export function mostPayloadBytes(topicBytes: number): number {
  if (topicBytes === 0) return MAX_PAYLOAD_BYTES;
  const payload = new Uint8Array(MAX_PAYLOAD_BYTES);
  const content: Content = { kind: "data", payload, written: 2 ** 41 };
  const topic = { name: new Uint8Array(topicBytes), keep: KEEP_ALL };
  const tooMany = draftBytes(asSealed({ ...ALL_ELSE, content, topic })) - MAX_BODY_BYTES;
  return MAX_PAYLOAD_BYTES - Math.max(0, tooMany);
}

/** In place of data something as long as that is when it is sealed, without padding. */
function asSealed(draft: Draft): Draft {
  const { content, topic } = draft;
  if (content.kind !== "data" && content.kind !== "ephemeral") return draft;
  const inner = innerBytes(innerOf(content, topic?.name));
  const sealed = new Uint8Array(CONTENT_SALT_BYTES + inner + TAG_BYTES);
  return {
    ...draft,
    content: { kind: "sealed", key: NO_KEY, sealed },
    ...(topic && { topic: { ...topic, name: HIDDEN_TOPIC } }),
  };
}
