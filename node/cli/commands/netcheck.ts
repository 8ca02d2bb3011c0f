import type { Command } from "commander";
import { UserError } from "../../host/errors.ts";
import type { LogLevel } from "../../host/node/node.ts";
import type { SurveyStage } from "../../core/survey-report.ts";
import { netcheckJson, netcheckScreen } from "../netcheck-view.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { Progress, writeJson, writeLine } from "../output.ts";
import { addSettings } from "../settings.ts";

interface NetcheckOptions extends GlobalOptions {
  listen?: string;
  lifetime?: boolean;
  logLevel?: LogLevel;
}

const STAGES: Record<SurveyStage, string> = {
  asking: "Asking how we are seen ...",
  filtering: "Waiting for those who try to reach us ...",
  lifetime: "Keeping silent for 3 minutes to see how long bindings live ...",
};

export function registerNetcheck(program: Command): Command {
  const command = program
    .command("netcheck")
    .description("what the NAT here does, asked of two or more trackers; no node needs to run")
    .argument("<host:port...>", "trackers, best on different public addresses")
    .option("--lifetime", "also how long a binding lives without traffic (3 minutes)");
  return addSettings(command, "netcheck")
    .addHelpText(
      "after",
      examples(
        "dispersy netcheck tracker.example.org:6421 other.example.net:6421",
        "dispersy netcheck tracker.example.org:6421 other.example.net:6421 --lifetime --json",
      ),
    )
    .action((observers: string[], _options, command: Command) =>
      check(observers, optionsOf(command)),
    );
}

async function check(observers: string[], options: NetcheckOptions): Promise<void> {
  const { json, listen, lifetime, logLevel } = options;
  const { netcheck } = await import("../../host/node/netcheck-run.ts");
  const progress = new Progress();
  try {
    const report = await netcheck({
      observers,
      ...(listen !== undefined && { listen }),
      ...(lifetime !== undefined && { lifetime }),
      ...(logLevel !== undefined && { logLevel }),
      onStage: (stage) => progress.show(STAGES[stage]),
    });
    progress.clear();
    if (json) await writeJson(netcheckJson(report));
    else await writeLine(netcheckScreen(report));
    if (report.observers.some(({ answered }) => answered)) return;
    throw new UserError(
      "nobody answered, so nothing is known of the NAT here",
      "Check the addresses, and whether the trackers run. What is wrong on this machine: dispersy doctor",
    );
  } finally {
    progress.clear();
  }
}
