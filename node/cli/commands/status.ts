import type { Command } from "commander";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { writeJson, writeLine } from "../output.ts";
import { withDaemon } from "../daemon-session.ts";
import { statusScreen } from "../status-view.ts";

export function registerStatus(program: Command): Command {
  return program
    .command("status")
    .description("show on one screen how the running node is")
    .addHelpText("after", examples("dispersy status", "dispersy status --json"))
    .action((_options, command: Command) => status(optionsOf(command)));
}

async function status(options: GlobalOptions): Promise<void> {
  const report = await withDaemon(options, (daemon) => daemon.call("status", {}));
  await (options.json ? writeJson(report) : writeLine(statusScreen(report)));
}
