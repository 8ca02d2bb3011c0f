import { MAX_PAYLOAD_BYTES } from "../limits.ts";
import { dispersy } from "../schema.js";
import type { BundleKind } from "./kind.ts";

/** What an application publishes. */
export interface Data {
  kind: "data";
  /** At most MAX_PAYLOAD_BYTES bytes. */
  payload: Uint8Array;
}

export interface ShownData {
  /** The payload, when it is valid UTF-8. */
  payload?: string;
  /** The payload, when it is not. */
  payloadBase64?: string;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const DATA: BundleKind<Data, ShownData> = {
  signer: "writer",
  isControl: false,
  read(body) {
    if (body.content !== "data") return "content-mismatch";
    const payload = body.data!;
    return payload.length > MAX_PAYLOAD_BYTES ? "payload-too-large" : { kind: "data", payload };
  },
  write({ payload }) {
    return { kind: dispersy.Body.Kind.DATA, data: payload };
  },
  mistake({ payload }) {
    return payload.length <= MAX_PAYLOAD_BYTES
      ? undefined
      : `the payload has ${payload.length} bytes; at most ${MAX_PAYLOAD_BYTES} fit into a bundle`;
  },
  show({ payload }) {
    try {
      return { payload: strictUtf8.decode(payload) };
    } catch {
      return { payloadBase64: Buffer.from(payload).toString("base64") };
    }
  },
};
