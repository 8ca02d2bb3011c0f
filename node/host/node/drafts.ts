import type { Draft } from "../../../wire/bundle.ts";
import { mostPayloadBytes } from "../../../wire/body.ts";
import { KEEP_ALL, NAME_TOPIC } from "../../../wire/topics.ts";
import { nameBytes } from "../author-names.ts";
import { EXIT, NOTHING_PUBLISHED, UserError } from "../errors.ts";
import { topicName } from "../topic.ts";
import type { PutOptions } from "./node-options.ts";

/** Data as it is written now, `written`: Unix milliseconds. Throws a UserError where one of them is too large. */
export function dataDrafts(
  payloads: Uint8Array[],
  { expires, topic, keep, receipt = false }: PutOptions,
  written: number,
): Draft[] {
  if (keep !== undefined && topic === undefined) {
    throw new UserError("what is kept is said of a topic", "Name one.", EXIT.usage);
  }
  const name = topic === undefined ? undefined : topicName(topic);
  const most = mostPayloadBytes(name?.length ?? 0);
  const tooLarge = payloads.find(({ length }) => length > most);
  if (tooLarge !== undefined) throw doesNotFit(tooLarge.length, most);
  return payloads.map((payload) => ({
    content: { kind: "data", payload, written },
    ...(expires !== undefined && { expires }),
    // The node gives the number.
    ...(receipt && { receipt: 1 }),
    ...(name && { topic: { name, keep: keep ?? KEEP_ALL } }),
  }));
}

function doesNotFit(bytes: number, most: number): UserError {
  return new UserError(
    `a payload has ${bytes} bytes; at most ${most} fit into such a bundle`,
    NOTHING_PUBLISHED,
    EXIT.usage,
  );
}

/** By it everybody knows who writes. */
export function nameDraft(name: string, written: number): Draft {
  return {
    content: { kind: "data", payload: nameBytes(name), written },
    topic: { name: NAME_TOPIC, keep: 1 },
  };
}

/** Where the overlay's policy says how much of a topic is kept, what an author says about it counts for nothing. */
export function refuseKeep(policyKeep: number | undefined): void {
  if (policyKeep === undefined) return;
  throw new UserError(
    `the overlay's policy keeps the newest ${policyKeep} of each author's topic, whatever its author says`,
    "Publish without --keep.",
    EXIT.refused,
  );
}
