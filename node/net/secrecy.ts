import type { Message } from "../../wire/message.ts";

/*
 * What only who takes part in an overlay may read, and what anybody may. A tracker has no key: what it must read, and
 * what it writes, is in clear. So is what goes to somebody of whom nothing is known yet; it gets a token, and nothing
 * else. Punctures and what asks for them are in clear, too: they tell no more than that somebody is about to send to an
 * address, a search sends hundreds, and their nonces and tokens cannot be guessed.
 */

/** Whether it is to be sealed. */
export function isSecret(message: Message, isToTracker: boolean): boolean {
  switch (message.kind) {
    case "introduction-request":
      // An offer to somebody who is no tracker in this overlay, whatever it says it is in another one.
      return message.offer !== undefined || (message.token !== undefined && !isToTracker);
    case "introduction-response":
      return message.validated && !message.tracker;
    case "puncture-request":
    case "puncture":
      return false;
    case "bundles":
    case "notice":
      return true;
  }
}

/**
 * Whether it counts only when it was sealed. A request in clear counts as a stranger's, whatever token it shows
 * (node/walk/responder.ts). `isNamed`: the user named its sender. Anybody can say that it is a tracker, and has no key.
 */
export function hadToBeSealed(message: Message, isNamed: boolean): boolean {
  if (message.kind === "bundles" || message.kind === "notice") return true;
  if (message.kind !== "introduction-response") return false;
  const { validated, tracker, holdings, answer } = message;
  const isTracker = tracker && isNamed;
  return (validated && !isTracker) || holdings !== undefined || answer !== undefined;
}
