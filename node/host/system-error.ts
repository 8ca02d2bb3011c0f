import { getSystemErrorName } from "node:util";
import { codeOf, messageOf } from "./errors.ts";

/** The system's name of an error, such as EMFILE, also of those that Node does not name; else the message. */
export function systemErrorOf(error: unknown): string {
  const errno = (error as { info?: { errno?: unknown } } | null)?.info?.errno;
  if (typeof errno !== "number" || errno === 0) return codeOf(error) ?? messageOf(error);
  return getSystemErrorName(-Math.abs(errno));
}
