import { toBase64 } from "../base64.ts";
import { MAX_PAYLOAD_BYTES } from "../limits.ts";
import { dispersy } from "../schema.js";
import { numberOf, uint64 } from "../uint64.ts";
import type { BundleKind } from "./kind.ts";

/** What an application publishes. */
export interface Data {
  kind: "data";
  /** At most MAX_PAYLOAD_BYTES bytes. */
  payload: Uint8Array;
  /** Unix time in milliseconds, by its author's clock. */
  written?: number;
  /**
   * Set by who reads it: the overlay is private, and this stands in it unsealed, so that whoever carries it can read
   * it, and may have written it where everybody may write.
   */
  notSealed?: true;
}

export interface ShownData {
  /** The payload, when it is valid UTF-8. */
  payload?: string;
  /** The payload, when it is not. */
  payloadBase64?: string;
  /** Unix time in milliseconds, by its author's clock. */
  written?: number;
  /** In a private overlay: everybody who carries it can read it. */
  notSealed?: true;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that the bytes are in UTF-8; undefined when they are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

export const DATA: BundleKind<Data, ShownData> = {
  signer: "writer",
  isControl: false,
  read(body) {
    if (body.content !== "data") return "content-mismatch";
    const payload = body.data!;
    if (payload.length > MAX_PAYLOAD_BYTES) return "payload-too-large";
    const written = numberOf(body.written);
    return { kind: "data", payload, ...(written !== undefined && { written }) };
  },
  write({ payload, written }) {
    const fields = { kind: dispersy.Body.Kind.DATA, data: payload };
    return written === undefined ? fields : { ...fields, written: uint64(written) };
  },
  mistake({ payload }) {
    return payload.length <= MAX_PAYLOAD_BYTES
      ? undefined
      : `the payload has ${payload.length} bytes; at most ${MAX_PAYLOAD_BYTES} fit into a bundle`;
  },
  show({ payload, written, notSealed }) {
    const text = textOf(payload);
    const shown = text === undefined ? { payloadBase64: toBase64(payload) } : { payload: text };
    return {
      ...shown,
      ...(written !== undefined && { written }),
      ...(notSealed && { notSealed }),
    };
  },
};
