/*
 * Which of the counted events say that something was not taken or not done. The names are those of
 * node/core/counters.ts and of the sockets; a test looks at each of them.
 */

const DROP =
  /^gate: |^rejected: |^bundle rejected: |^dropped: |refused: |^(?:receive|send|socket): /;
const REFUSAL =
  /held back|not sent|not requested|not read|node left out|timed out|given up|forgotten/;

/** Something that came or was to leave, and was thrown away. */
export function isDrop(name: string): boolean {
  return DROP.test(name);
}

/** A drop, or something that this node was asked for or meant to do and left undone. */
export function isRefusal(name: string): boolean {
  return isDrop(name) || REFUSAL.test(name);
}
