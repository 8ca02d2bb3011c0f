import type { Command } from "commander";
import { EXIT, UserError } from "../../host/errors.ts";
import { forHome } from "../command-name.ts";
import { homeOf } from "../daemon-session.ts";
import { examples, optionsOf, wholeNumber } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { endWithReader, writeLine } from "../output.ts";
import { requireOwn } from "../own-home.ts";
import { jsonLine, readableLine } from "../service/log-view.ts";

interface LogsOptions extends GlobalOptions {
  follow?: boolean;
  number: number;
}

/** About a screen, as `dispersy tail` and tail(1) have ten. */
const DEFAULT_NUMBER = 20;

export function registerLogs(program: Command): Command {
  return program
    .command("logs")
    .description("show what a node started by `dispersy up` has said")
    .option("-n, --number <count>", "so many of the newest lines", wholeNumber(0), DEFAULT_NUMBER)
    .option("-f, --follow", "then every new line as it comes, until Ctrl-C")
    .addHelpText(
      "after",
      examples("dispersy logs", "dispersy logs -f", "dispersy logs -n 100 --json"),
    )
    .action((_options, command: Command) => logs(optionsOf(command)));
}

async function logs(options: LogsOptions): Promise<void> {
  const home = await homeOf(options);
  await requireOwn(home);
  const { loggedServiceOf } = await import("../service/service-of.ts");
  const service = await loggedServiceOf(home);
  if (service === undefined) {
    throw new UserError(
      `there is no log of a node in ${home}`,
      `A node in a terminal says it there. \`${forHome("dispersy up", options)}\` starts one that has a log.`,
      EXIT.failed,
    );
  }
  const { follow, number } = options;
  if (follow) endWithReader();
  for await (const line of follow
    ? service.follow(number)
    : ((await service.lastLines(number)) ?? [])) {
    await writeLine(options.json ? jsonLine(line) : await readableLine(line));
  }
}
