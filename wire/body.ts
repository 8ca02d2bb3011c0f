import { TAG_BYTES } from "./crypto.ts";
import { innerBytes } from "./inner.ts";
import {
  BUNDLE_ID_BYTES,
  CONTENT_SALT_BYTES,
  HIDDEN_TOPIC_BYTES,
  MAX_BODY_BYTES,
  MAX_GLOBAL_TIME,
  MAX_PARENTS,
  MAX_TOPIC_BYTES,
  PAYLOAD_KEY_ID_BYTES,
} from "./limits.ts";
import type { Body, BodyFields, BodyRejection } from "./kinds/kind.ts";
import { type Content, kindOf, readContent } from "./kinds/kinds.ts";
import { dispersy } from "./schema.js";

/** What a bundle says, apart from who says it. */
export interface Draft {
  content: Content;
  /** Unix time in seconds from which on nobody keeps it. */
  expires?: number;
  /** 32-byte ids of bundles that this one follows. */
  parents?: Uint8Array[];
  /** With `keep`: only the newest `keep` bundles of this author and topic are kept. */
  topic?: { name: Uint8Array; keep: number };
}

export interface Header extends Draft {
  /** Lamport time, 1 to 2^53 - 1. */
  globalTime: number;
}

type Uint64 = Body["globalTime"];

const MAX_UINT32 = 0xffff_ffff;
const NO_KEY = new Uint8Array(PAYLOAD_KEY_ID_BYTES);
const HIDDEN_TOPIC = new Uint8Array(HIDDEN_TOPIC_BYTES);

/** The encoded header and content. The draft must have passed `checkDraft`. */
export function encodeBody(globalTime: number, draft: Draft): Uint8Array {
  const body: BodyFields = {
    ...kindOf(draft.content).write(draft.content),
    globalTime: uint64(globalTime),
  };
  if (draft.expires !== undefined) body.expires = uint64(draft.expires);
  if (draft.parents !== undefined) body.parents = draft.parents;
  if (draft.topic !== undefined) {
    body.topic = draft.topic.name;
    body.keep = draft.topic.keep;
  }
  return dispersy.Body.encode(body).finish();
}

/** The encoder takes plain numbers below 2^53; only its generated type says otherwise. */
function uint64(value: number): Uint64 {
  return value as unknown as Uint64;
}

/** What `bytes` say, or why they cannot be read. Byte strings in the result are views of `bytes`. */
export function decodeBody(bytes: Uint8Array): Header | BodyRejection {
  if (bytes.length > MAX_BODY_BYTES) return "body-too-large";
  const body = decodeProtobuf(bytes);
  if (body === undefined) return "body-malformed";
  const bad = timeRejection(body) ?? parentsRejection(body) ?? topicRejection(body);
  if (bad !== undefined) return bad;
  const content = readContent(body);
  if (typeof content === "string") return content;

  const header: Header = { globalTime: body.globalTime.toNumber(), content };
  if (!body.expires.isZero()) header.expires = body.expires.toNumber();
  if (body.parents.length > 0) header.parents = body.parents;
  if (body.topic.length > 0) header.topic = { name: body.topic, keep: body.keep };
  return header;
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

function parentsRejection(body: Body): BodyRejection | undefined {
  if (body.parents.length > MAX_PARENTS) return "too-many-parents";
  return body.parents.every((id) => id.length === BUNDLE_ID_BYTES) ? undefined : "parent-malformed";
}

function topicRejection(body: Body): BodyRejection | undefined {
  if (body.topic.length > MAX_TOPIC_BYTES) return "topic-too-long";
  return body.topic.length > 0 === body.keep > 0 ? undefined : "topic-incomplete";
}

/** The size in bytes of the body that `draft` becomes, at the longest global time. */
export function draftBytes(draft: Draft): number {
  return encodeBody(MAX_GLOBAL_TIME, draft).length;
}

/** A sentence that names what `draft` violates, or undefined when it can be published. */
export function checkDraft(draft: Draft): string | undefined {
  return kindOf(draft.content).mistake(draft.content) ?? headerMistake(draft) ?? sizeMistake(draft);
}

function headerMistake({ expires, parents = [], topic }: Draft): string | undefined {
  if (expires !== undefined && !(Number.isSafeInteger(expires) && expires > 0)) {
    return "the expiry must be a whole number of seconds above 0";
  }
  if (parents.length > MAX_PARENTS) {
    return `the bundle names ${parents.length} parents; at most ${MAX_PARENTS} are allowed`;
  }
  if (parents.some((id) => id.length !== BUNDLE_ID_BYTES)) {
    return `a parent is named by an id of ${BUNDLE_ID_BYTES} bytes`;
  }
  return topic === undefined ? undefined : topicMistake(topic);
}

function topicMistake({ name, keep }: { name: Uint8Array; keep: number }): string | undefined {
  if (name.length < 1 || name.length > MAX_TOPIC_BYTES) {
    return `the topic has ${name.length} bytes; it must have 1 to ${MAX_TOPIC_BYTES}`;
  }
  return Number.isInteger(keep) && keep >= 1 && keep <= MAX_UINT32
    ? undefined
    : `a topic keeps 1 to ${MAX_UINT32} bundles`;
}

/** One rule for all overlays: what can be published in one fits into every other, private or not. */
function sizeMistake(draft: Draft): string | undefined {
  const size = draftBytes(asSealed(draft));
  return size > MAX_BODY_BYTES
    ? `payload, parents and topic take ${size} bytes together; at most ${MAX_BODY_BYTES} fit into a bundle`
    : undefined;
}

/** In place of data something as long as that is when it is sealed, without padding. */
function asSealed(draft: Draft): Draft {
  const { content, topic } = draft;
  if (content.kind !== "data") return draft;
  const inner = innerBytes({ payload: content.payload, ...(topic && { topic: topic.name }) });
  const sealed = new Uint8Array(CONTENT_SALT_BYTES + inner + TAG_BYTES);
  return {
    ...draft,
    content: { kind: "sealed", key: NO_KEY, sealed },
    ...(topic && { topic: { ...topic, name: HIDDEN_TOPIC } }),
  };
}
