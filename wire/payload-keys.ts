import type { Bundle, Draft, Header } from "./bundle.ts";
import { draftBytes } from "./body.ts";
import { concatBytes, toHex } from "./bytes.ts";
import { CIPHER_NONCE_BYTES, type Crypto, type Random, TAG_BYTES } from "./crypto.ts";
import { overlayId } from "./identity.ts";
import { decodeInner, encodeInner, type Inner, innerOf } from "./inner.ts";
import { type Content, isPassing } from "./kinds/kinds.ts";
import type { ReceiptContent } from "./kinds/receipt-kind.ts";
import type { SealedContent, Unopened } from "./kinds/sealed-kind.ts";
import {
  CONTENT_SALT_BYTES,
  HIDDEN_TOPIC_BYTES,
  MAX_BODY_BYTES,
  PAYLOAD_KEY_ID_BYTES,
} from "./limits.ts";

interface PayloadKey {
  id: Uint8Array;
  secret: Uint8Array;
}

interface Author {
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

/** What the header of a bundle says to somebody who reads it. */
type Readable = Pick<Header, "content" | "topic">;

/** What is sealed of a content, and under which key. */
type SealedPart = Pick<SealedContent, "key" | "sealed">;

/** Each key seals one content. */
const NONCE = new Uint8Array(CIPHER_NONCE_BYTES);
/** What sealing adds to the inner message. */
const AROUND_BYTES = CONTENT_SALT_BYTES + TAG_BYTES;
/** From here on the length of `data` takes two bytes, which it takes in all but the shortest. */
const SAMPLE_BYTES = 128;

/**
 * The payload keys of an overlay: they seal what its members write, and open it. Whoever carries a bundle without
 * having them reads its header only. A public overlay has none, and its data stands in clear.
 *
 *   data             salt 16 | ciphertext of an Inner | tag 16
 *   one-time key     derive(payload key, "content", author | salt)
 *   associated data  overlay id | author | id of the payload key
 *   topic            first 16 bytes of derive(author's secret key, "topic", overlay id | name)
 */
export class PayloadKeys {
  /** How often a sealed content was looked at that could not be opened. */
  unopened = 0;
  readonly #crypto: Crypto;
  readonly #overlay: Uint8Array;
  /** By hexadecimal id. BOUNDED: by one; each member that is removed will bring one more. */
  readonly #keys = new Map<string, PayloadKey>();
  /** What is written now is sealed under this one. */
  readonly #newest: PayloadKey | undefined;

  /** `root`: 32 bytes that all members of a private overlay share; undefined in a public one. */
  constructor(crypto: Crypto, overlayKey: Uint8Array, root: Uint8Array | undefined) {
    this.#crypto = crypto;
    this.#overlay = overlayId(crypto, overlayKey);
    if (root === undefined) return;
    const secret = crypto.derive(root, "payload");
    const id = crypto.derive(secret, "name").slice(0, PAYLOAD_KEY_ID_BYTES);
    this.#newest = { id, secret };
    this.#keys.set(toHex(id), this.#newest);
  }

  /** Whether what is written is sealed. */
  get isPrivate(): boolean {
    return this.#newest !== undefined;
  }

  /** Sealed under a new salt, where it is data or a receipt and the overlay is private. */
  seal(draft: Draft, author: Author, random: Pick<Random, "bytes">): Draft {
    const key = this.#newest;
    const { content, topic } = draft;
    const isEphemeral = content.kind === "ephemeral";
    const isReceipt = content.kind === "receipt";
    if (key === undefined || (content.kind !== "data" && !isEphemeral && !isReceipt)) return draft;
    const hidden = topic && { ...topic, name: this.#hiddenTopic(topic.name, author.secretKey) };
    const data = isReceipt ? { payload: content.data } : content;
    const inner = innerOf(data, topic?.name);
    const sealed = (bytes: Uint8Array): Draft => {
      const whole: SealedContent | ReceiptContent = isReceipt
        ? { kind: "receipt", key: key.id, data: bytes }
        : { kind: "sealed", key: key.id, sealed: bytes, ...(isEphemeral && { passing: true }) };
      return { ...draft, content: whole, ...(hidden && { topic: hidden }) };
    };
    const header = draftBytes(sealed(new Uint8Array(SAMPLE_BYTES))) - SAMPLE_BYTES;
    const plain = encodeInner(inner, MAX_BODY_BYTES - header - AROUND_BYTES);
    const salt = random.bytes(CONTENT_SALT_BYTES);
    const out = new Uint8Array(plain.length + AROUND_BYTES);
    out.set(salt);
    const [oneTime, associated] = this.#around(key, author.publicKey, salt);
    this.#crypto.seal(oneTime, NONCE, associated, plain, out.subarray(CONTENT_SALT_BYTES));
    return sealed(out);
  }

  /**
   * The bundle for somebody to read: as its author wrote it, or with the reason why that cannot be read. It is opened
   * once somebody looks at the content or the topic: most of what arrives is looked at by nobody.
   */
  reading(bundle: Bundle): Bundle {
    const { header } = bundle;
    const { kind } = header.content;
    const isClear = kind === "data" || kind === "ephemeral";
    if (kind !== "sealed" && kind !== "receipt" && !(isClear && this.isPrivate)) return bundle;
    let known: Readable | undefined;
    const readable = (): Readable => (known ??= this.open(bundle));
    const read: Header = {
      ...header,
      get content() {
        return readable().content;
      },
    };
    if (header.topic !== undefined) {
      Object.defineProperty(read, "topic", { enumerable: true, get: () => readable().topic });
    }
    return { ...bundle, header: read };
  }

  /** Content and topic as the author wrote them. Where they cannot be opened, as they are held, with the reason. */
  open({ author, header }: Pick<Bundle, "author" | "header">): Readable {
    const { content, topic } = header;
    const held = topic && { topic };
    const isClear = content.kind === "data" || content.kind === "ephemeral";
    if (isClear && this.isPrivate) {
      return { content: { ...content, notSealed: true }, ...held };
    }
    const sealed = sealedPart(content);
    if (sealed === undefined) return { content, ...held };
    const inner = this.#openInner(author, sealed);
    if (typeof inner === "string") {
      this.unopened++;
      const whole = content.kind === "sealed" ? { ...content, unopened: inner } : content;
      return { content: whole, ...held };
    }
    const { topic: name, ...data } = inner;
    return {
      content:
        content.kind === "receipt"
          ? { kind: "receipt", data: data.payload }
          : { kind: isPassing(content) ? "ephemeral" : "data", ...data },
      ...(topic && { topic: { ...topic, ...(name && { name }) } }),
    };
  }

  /** The encoded receipt; undefined where it cannot be read, or had to be sealed and is not. */
  receipt(author: Uint8Array, content: ReceiptContent): Uint8Array | undefined {
    const sealed = sealedPart(content);
    if (sealed === undefined) return this.isPrivate ? undefined : content.data;
    const inner = this.#openInner(author, sealed);
    return typeof inner === "string" ? undefined : inner.payload;
  }

  #openInner(author: Uint8Array, { key: id, sealed }: SealedPart): Inner | Unopened {
    const key = this.#keys.get(toHex(id));
    if (key === undefined) return "key";
    const salt = sealed.subarray(0, CONTENT_SALT_BYTES);
    const [oneTime, associated] = this.#around(key, author, salt);
    const rest = sealed.subarray(CONTENT_SALT_BYTES);
    const plain = this.#crypto.open(oneTime, NONCE, associated, rest);
    return plain === undefined ? "altered" : (decodeInner(plain) ?? "malformed");
  }

  /** The key of one content, and what is authenticated with it. */
  #around(key: PayloadKey, author: Uint8Array, salt: Uint8Array): [Uint8Array, Uint8Array] {
    return [
      this.#crypto.derive(key.secret, "content", concatBytes(author, salt)),
      concatBytes(this.#overlay, author, key.id),
    ];
  }

  #hiddenTopic(name: Uint8Array, secretKey: Uint8Array): Uint8Array {
    const context = concatBytes(this.#overlay, name);
    return this.#crypto.derive(secretKey, "topic", context).slice(0, HIDDEN_TOPIC_BYTES);
  }
}

/** Undefined where nothing is. */
function sealedPart(content: Content): SealedPart | undefined {
  if (content.kind === "sealed") return content;
  if (content.kind !== "receipt" || content.key === undefined) return undefined;
  return { key: content.key, sealed: content.data };
}
