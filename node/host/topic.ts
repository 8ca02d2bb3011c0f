import { utf8 } from "../../wire/bytes.ts";
import { MAX_TOPIC_BYTES } from "../../wire/limits.ts";
import { isReservedTopic, RESERVED_PREFIX } from "../../wire/topics.ts";
import { EXIT, UserError } from "./errors.ts";

/** The name of a topic as bundles have it: text that looks the same is the same. Throws a UserError. */
export function topicName(text: string): Uint8Array {
  const name = utf8(text.normalize("NFC"));
  const mistake = mistakeOf(name, text);
  if (mistake === undefined) return name;
  throw new UserError(
    mistake,
    `It must have 1 to ${MAX_TOPIC_BYTES} bytes and no control characters.`,
    EXIT.usage,
  );
}

function mistakeOf(name: Uint8Array, text: string): string | undefined {
  if (name.length === 0) return "the topic is empty";
  if (name.length > MAX_TOPIC_BYTES) return `the topic has ${name.length} bytes`;
  if (/\p{Cc}/u.test(text)) return "the topic has control characters";
  return isReservedTopic(name)
    ? `topics that begin with ${RESERVED_PREFIX} are dispersy's own`
    : undefined;
}
