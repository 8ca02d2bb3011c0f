import { escapeControls } from "../text.ts";

/** A line of a node's log for people: one of JSON is shortened, another one is what the node said in plain words. */
export async function readableLine(line: string): Promise<string> {
  const { shorten } = await import("../../host/log.ts");
  return isLogLine(line) ? shorten(line, 0) : escapeControls(line);
}

/** The same for scripts: always JSON. */
export function jsonLine(line: string): string {
  return isLogLine(line) ? line : JSON.stringify({ msg: line });
}

function isLogLine(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "level" in value && "msg" in value;
  } catch {
    return false;
  }
}
