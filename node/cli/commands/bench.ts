import { createRequire } from "node:module";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { UserError, codeOf } from "../../host/errors.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";

/** What the benchmarks export. */
interface Benchmarks {
  bench(words: readonly string[], options: GlobalOptions): Promise<void>;
}

/** The benchmarks are a package of their own, which is not published; it reads its words itself. */
export function registerBench(program: Command): Command {
  return program
    .command("bench")
    .description("measure: spread, churn, load, bandwidth and more; alone it lists them")
    .usage("[name] [options]")
    .argument("[words...]", "an experiment and its options: see `dispersy bench NAME --help`")
    .helpOption(false)
    .allowUnknownOption()
    .addHelpText(
      "after",
      examples(
        "dispersy bench",
        "dispersy bench spread --nodes 200 --seed 7 --json",
        "dispersy bench churn --session 30 --profile dispersy --out report",
      ),
    )
    .action(async (_words, _options, command: Command) => {
      const { bench } = (await import(benchmarks())) as Benchmarks;
      await bench(command.args, optionsOf(command));
    });
}

/** Where the benchmarks are, compiled or not as this file is. Throws a UserError where they are not. */
function benchmarks(): string {
  try {
    const main = `@dispersy/bench/main${extname(import.meta.url)}`;
    return pathToFileURL(createRequire(import.meta.url).resolve(main)).href;
  } catch (error) {
    if (codeOf(error) !== "MODULE_NOT_FOUND") throw error;
    throw new UserError(
      "The benchmarks are not here: they are a part of the source, not of the installed package.",
      "In a checkout, `npm ci && npm run build` makes them, and `npx dispersy bench` runs them.",
    );
  }
}
