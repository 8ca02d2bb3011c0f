import { getSystemErrorName } from "node:util";
import { codeOf, messageOf } from "../errors.ts";

/** No room: on the disk, or in what the user may have of it. */
const FULL = new Set(["ENOSPC", "EDQUOT"]);
/** Windows tells LMDB its own numbers: ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL. */
const WINDOWS_FULL = new Set([39, 112]);

export function isDiskFull(error: unknown): boolean {
  return FULL.has(codeOf(error) ?? "");
}

/** A write that the disk refused. Its message is a sentence for people that names `code`, the system's name for why. */
export class DiskError extends Error {
  readonly code: string;
  readonly isFull: boolean;

  /** `hasRoom`: whether a write of the usual size fits. */
  constructor(cause: unknown, { hasRoom }: { hasRoom: boolean }) {
    // LMDB calls it EIO when a part of a write fitted (mdb_page_flush: "short write, filesystem full?").
    const found = systemCode(cause);
    const code = found === "EIO" && !hasRoom ? "ENOSPC" : found;
    const isFull = FULL.has(code);
    super(
      isFull ? `the disk is full (${code})` : `the disk failed (${code}): ${messageOf(cause)}`,
      { cause },
    );
    this.name = "DiskError";
    this.code = code;
    this.isFull = isFull;
  }
}

/** Of an error of Node, or of LMDB, which has the system's number and negative ones of its own. */
function systemCode(error: unknown): string {
  const text = codeOf(error);
  if (text !== undefined) return text;
  const { code } = error as { code?: unknown };
  if (typeof code !== "number" || !Number.isSafeInteger(code)) return "unknown";
  if (process.platform === "win32" && WINDOWS_FULL.has(code)) return "ENOSPC";
  return code > 0 ? getSystemErrorName(-code) : `MDB ${code}`;
}
