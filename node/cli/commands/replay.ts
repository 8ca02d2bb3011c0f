import { open } from "node:fs/promises";
import type { Command } from "commander";
import { EXIT, UserError, codeOf } from "../../host/errors.ts";
import type { Replayed } from "../../record/replayer.ts";
import { examples, type GlobalOptions, optionsOf } from "../options.ts";
import { Progress, writeJson, writeLine } from "../output.ts";
import { count } from "../text.ts";

const LINES_PER_PROGRESS = 1_000;
const ADVICE = "Record one: dispersy run --record FILE";

export function registerReplay(program: Command): Command {
  return program
    .command("replay")
    .description(
      "play what `run --record FILE` wrote down, and say whether the engine does the same again",
    )
    .argument("<file>", "the recording")
    .addHelpText("after", examples("dispersy replay node.rec", "dispersy replay node.rec --json"))
    .action((file: string, _options, command: Command) => replay(file, optionsOf(command)));
}

async function replay(file: string, { json }: GlobalOptions): Promise<void> {
  const result = await play(file);
  if (json) await writeJson(result);
  else await writeLine(describe(result));
  if (result.difference !== undefined) process.exitCode = EXIT.checkFailed;
}

/** `isCut`: the last line was not whole. */
async function play(file: string): Promise<Replayed & { isCut: boolean }> {
  const [{ Replay }, { nativeCrypto }] = await Promise.all([
    import("../../record/replayer.ts"),
    import("../../host/verify/native-crypto.ts"),
  ]);
  const player = new Replay(nativeCrypto);
  const progress = new Progress();
  let lines = 0;
  // The last line of a node that was killed may be cut short; any other must be whole.
  let broken: SyntaxError | undefined;
  try {
    const recording = await open(file);
    for await (const line of recording.readLines()) {
      lines++;
      if (broken !== undefined) throw broken;
      try {
        if (!player.play(line)) break;
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        broken = error;
      }
      if (lines % LINES_PER_PROGRESS === 0) progress.show(`${count(lines, "line")} played`);
    }
  } catch (error) {
    throw asUserError(error, file, lines - 1);
  } finally {
    progress.clear();
  }
  const { result } = player;
  if (result.inputs > 0 || result.difference !== undefined) {
    return { ...result, isCut: broken !== undefined };
  }
  throw new UserError(`${file} is no recording`, ADVICE, EXIT.failed);
}

function asUserError(error: unknown, file: string, line: number): unknown {
  if (error instanceof SyntaxError) {
    const sentence = `line ${line} of ${file} is no recording: ${error.message}`;
    return new UserError(sentence, ADVICE, EXIT.failed);
  }
  const code = codeOf(error);
  if (code === undefined) return error;
  return new UserError(`${file} cannot be read (${code})`, ADVICE, EXIT.failed);
}

function describe({
  inputs,
  effects,
  difference,
  isCut,
}: Awaited<ReturnType<typeof play>>): string {
  const played = `${count(inputs, "input")}, ${count(effects, "effect")}`;
  const end = isCut ? " The recording ends in the middle of a line." : "";
  if (difference === undefined) return `The same: ${played}.${end}`;
  const { line, input, effect, recorded = "nothing", replayed = "nothing" } = difference;
  return `Different after ${played}: line ${line} (${input}), effect ${effect + 1}: recorded ${recorded}, replayed ${replayed}.`;
}
