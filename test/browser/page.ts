import { NodeInPage, textIn } from "./node-in-page.ts";
import type { Report, Task } from "./protocol.ts";

/** What runs in the browser: joins what its server names, tells it what comes, and says something of its own. */
const said = new Set<string>();

function report(row: Report): void {
  void fetch("/report", { method: "POST", body: JSON.stringify(row) });
}

/** Errors of its log are defects of the engine. */
const logError = (message: string, fields?: object): void =>
  defect(`${message} ${JSON.stringify(fields)}`);
const ignore = (): void => {};
const node = new NodeInPage(
  {
    event(event) {
      const text = textIn(event);
      if (text !== undefined && event.event === "bundle") {
        report({ event: "text", overlay: event.overlay, text });
      }
      // Only who knows the policy may write.
      if (event.event !== "up-to-date" || said.has(event.overlay)) return;
      said.add(event.overlay);
      node.put(event.overlay, task.say).catch((error: unknown) => defect(error));
    },
    closed: (url) => report({ event: "closed", url }),
  },
  { error: logError, warn: ignore, info: ignore, debug: ignore, trace: ignore },
);

function defect(error: unknown): void {
  report({ event: "defect", message: error instanceof Error ? `${error.stack}` : String(error) });
}

const task = (await (await fetch("/task")).json()) as Task;
try {
  for (const ticket of task.tickets) node.join(ticket);
} catch (error) {
  defect(error);
}
