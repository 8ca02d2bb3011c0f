import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

const NEXT =
  "Stop the node, move the folder `store` of the home away, and start it again: others send what they hold.";

/** Whether all that is stored reads back as it was written. */
export async function store({ store, served }: Surroundings): Promise<Finding> {
  const [found, node] = await Promise.all([store, served]);
  switch (found.kind) {
    case "none":
      return ok("store-empty", "nothing is stored yet");
    case "other-format":
      return warning("store-not-read", "not read: it is of another version", "See: version.");
    case "unreadable":
      return problem("store-unreadable", found.message, NEXT);
    case "crashed":
      return problem("store-crashes", `reading it ends the program (${found.how})`, NEXT);
    case "unfinished":
      return ok(
        "store-partly-read",
        `the first ${found.records.toLocaleString("en-US")} records are whole; there are more`,
      );
    case "read":
  }
  const met = (node.kind === "running" && node.status.counters["damaged records"]) || 0;
  const damaged = Math.max(found.damaged, met);
  const all = found.records.toLocaleString("en-US");
  if (damaged === 0) return ok("store-whole", `whole: all of ${all} records read`);
  return problem(
    "store-damaged",
    `${damaged} of ${all} records are damaged`,
    "The node fetches these again from others. Look at the disk and the memory of this machine.",
  );
}
