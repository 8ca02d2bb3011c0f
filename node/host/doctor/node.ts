import { EXIT } from "../errors.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether a node serves the home, and is well in itself. */
export async function node({ served }: Surroundings): Promise<Finding> {
  const found = await served;
  switch (found.kind) {
    case "nobody":
      return ok("node-not-running", "not running; what it would find is checked");
    case "silent":
      return problem(
        "node-silent",
        "it does not answer on its control socket",
        "See whether its process is stopped or the machine is overloaded; else start it again.",
      );
    case "refused":
      return found.error.exitCode === EXIT.refused
        ? warning("node-not-asked", "not asked", "See: permissions.")
        : problem("node-refused", found.error.message, found.error.hint);
    case "running":
  }
  const { pid, counters, listen } = found.status;
  if (counters.defects !== undefined) {
    return problem(
      "node-defects",
      `${counters.defects} inputs hit a defect of this program`,
      "Please report what its log says.",
    );
  }
  const where =
    listen.length === 0 ? "without UDP (--ws-only)" : `listening on ${listen.join(" ")}`;
  return ok("node-running", `running as process ${pid}, ${where}`);
}
