import { fromHex, utf8 } from "../../../wire/bytes.ts";

/** RFC 8439 section 2.8.2. */
export const CIPHER_VECTOR = {
  key: fromHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", 32)!,
  nonce: fromHex("070000004041424344454647", 12)!,
  associated: fromHex("50515253c0c1c2c3c4c5c6c7", 12)!,
  plain: utf8(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  ),
  tag: fromHex("1ae10b594f09e26a7e902ecbd0600691", 16)!,
};
