import type { Command } from "commander";
import { examples } from "../options.ts";

/** In place of commander's own, which answers a word that is no command by all of the help. */
export function registerHelp(program: Command): Command {
  return program
    .helpCommand(false)
    .command("help")
    .description("show the help of a command")
    .argument("[command]", "its name")
    .addHelpText("after", examples("dispersy help", "dispersy help run"))
    .action((word: string | undefined) => help(program, word));
}

async function help(program: Command, word: string | undefined): Promise<void> {
  if (word === undefined) return program.help();
  const named = program.commands.find((command) => command.name() === word);
  if (named !== undefined) return named.help();
  // As it answers when somebody types it: with what may have been meant.
  await program.parseAsync([word], { from: "user" });
}
