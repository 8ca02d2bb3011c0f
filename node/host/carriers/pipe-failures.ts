import { EXIT, UserError } from "../errors.ts";
import type { StreamFlaw } from "./frames.ts";

/** Of what came in place of a stream, so much is shown: the first words of a greeting or of a shell's complaint. */
const SHOWN_CHARACTERS = 60;

/** Why what comes is no stream of ours, and what to do. */
export function flawOf(flaw: StreamFlaw): UserError {
  switch (flaw.flaw) {
    case "foreign":
      return new UserError(
        `what comes is not from a node's \`sync --stdio\`; it begins with ${shown(flaw.began)}`,
        "Is that what runs at the other end, and prints nothing else, such as a greeting at login?",
      );
    case "another version":
      return new UserError(
        `the other end speaks version ${flaw.version} of this stream, and this one only version 1`,
        "Update whichever dispersy is the older one.",
      );
    case "damaged":
      return new UserError(
        "the stream is damaged",
        "Does something on the way change bytes, as a terminal does? What came is kept: start both ends again.",
      );
  }
}

function shown(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, SHOWN_CHARACTERS)).toString("latin1");
  const [line = ""] = text.split(/[\r\n]/).filter((one) => one !== "");
  return line.length > 0 && /^[\x20-\x7e]+$/.test(line)
    ? JSON.stringify(line)
    : "bytes that are no text";
}

export const PIPE_FAILURES = {
  noAnswer: new UserError(
    "the other end said nothing",
    "Does `dispersy sync --stdio` run there, in its node's --home?",
  ),
  echo: new UserError(
    "what is sent comes back: there is no other end",
    "Does something on the way echo, as a terminal does? For a serial line: stty raw -echo -F /dev/ttyS0",
  ),
  nothingShared: new UserError(
    "the two ends take part in no overlay together",
    "Join one here with a ticket of the other end: dispersy join TICKET",
    EXIT.refused,
  ),
  cut: new UserError(
    "the stream ended before both ends held the same",
    "What came is kept: start both ends again.",
  ),
  silent: new UserError(
    "nothing comes any more, and the ends do not hold the same",
    "What came is kept: start both ends again.",
  ),
  standstill: new UserError(
    "both ends are in touch, and do not come to hold the same",
    "Takes one of them no more (`dispersy status`, at both ends), or is it an older version? What came is kept.",
    EXIT.checkFailed,
  ),
  tooMany: new UserError("the node has too many links already", "Try again later."),
} as const;
