import { INSTANCE_BYTES, NONCE_BYTES } from "../limits.ts";
import { dispersy } from "../schema.js";
import type { MessageCodec } from "./codec.ts";

export interface Puncture {
  kind: "puncture";
  nonce: Uint8Array;
  instance: Uint8Array;
}

export const PUNCTURE: MessageCodec<Puncture, dispersy.Puncture> = {
  kind: "puncture",
  number: 5,
  parse: (reader, length) => dispersy.Puncture.decode(reader, length),
  read({ nonce, instance }) {
    if (nonce.length !== NONCE_BYTES) return "nonce-width";
    if (instance.length !== INSTANCE_BYTES) return "instance-width";
    return { kind: "puncture", nonce, instance };
  },
  write: (overlay, { nonce, instance }) => ({ overlay, puncture: { nonce, instance } }),
};
