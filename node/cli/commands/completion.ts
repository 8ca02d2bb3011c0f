import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { examples } from "../options.ts";
import { write } from "../output.ts";

/** The script for bash uses a function of the package bash-completion, which not every machine has. */
const BASH_ALONE = `type _get_comp_words_by_ref >/dev/null 2>&1 || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
}
`;

/**
 * `completion SHELL`, which prints a script, and the hidden `complete`, which that script calls with what was typed.
 * To be registered last: it reads the commands that are there.
 */
export function registerCompletion(program: Command): Command {
  tab(program, { completionCommandName: "completion" });
  const made = program.commands.find((command) => command.name() === "completion")!;
  return made
    .hook("preAction", async (_program, command) => {
      if (command.args[0] === "bash") await write(BASH_ALONE);
    })
    .description("print a script that completes commands and options in bash, zsh or fish")
    .addHelpText(
      "after",
      examples(
        "source <(dispersy completion bash)",
        "dispersy completion fish > ~/.config/fish/completions/dispersy.fish",
      ),
    );
}
