import type { Command } from "commander";
import type { Methods } from "../../host/control/protocol.ts";
import { EXIT, NOTHING_PUBLISHED, UserError } from "../../host/errors.ts";
import { topicName } from "../../host/topic.ts";
import { MAX_PAYLOAD_BYTES } from "../../../wire/limits.ts";
import { KEEP_ALL } from "../../../wire/topics.ts";
import { expiryNotice } from "../expiry-view.ts";
import { DEFAULT_HELD_SECONDS, requireNode, waitForOthers } from "../held.ts";
import { type Moment, parseMoment, unixMs } from "../moment.ts";
import {
  examples,
  optionsOf,
  overlayOption,
  parseSeconds,
  parseTopicOption,
  wholeNumber,
} from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { Progress, say, carryOnWithoutReader, writeJson, writeLine } from "../output.ts";
import { readPayloads } from "../payloads.ts";
import { withDaemon } from "../daemon-session.ts";
import { type Published, publishAll } from "../publishing.ts";
import { RecurringSession } from "../recurring-session.ts";
import { count } from "../text.ts";

interface PutOptions extends OverlayOptions {
  file?: string;
  lines?: string;
  topic?: string;
  keep?: number;
  expires?: Moment;
  ephemeral?: boolean;
  wait?: number;
  timeout?: number;
}

/** All bundles of one `put` but for their payloads. */
type PutParams = Omit<Methods["put"]["params"], "payloads">;

export function registerPut(program: Command): Command {
  return program
    .command("put")
    .description("publish: one bundle, or one for each line as it comes")
    .argument("[text]", "the payload; - reads it from standard input")
    .option("--file <file>", "the payload is this file, whole")
    .option(
      "--lines <file>",
      "a bundle for each line of this file but empty ones (- is standard input)",
    )
    .option("--topic <name>", "under this topic: `ls`, `tail` and `get` find it", parseTopicOption)
    .option(
      "--keep <count>",
      "of your bundles of this topic only the newest so many are kept",
      wholeNumber(1, KEEP_ALL),
    )
    .option("--expires <when>", "nobody keeps it from then on: 10m, 2h, 3d or a date", parseMoment)
    .option("--ephemeral", "to whoever is there now, and kept nowhere; needs a running node")
    .option(
      "--wait <n>",
      "until so many other members are known to hold all of it; exit 4 if it takes too long",
      wholeNumber(1),
    )
    .option(
      "--timeout <seconds>",
      `how long --wait waits (default: ${DEFAULT_HELD_SECONDS})`,
      parseSeconds,
    )
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples(
        'dispersy put "hello"',
        'dispersy put --ephemeral "typing ..."',
        "date | dispersy put -",
        "dispersy put --lines words.txt --json",
        "tail -f log | dispersy put --lines - --topic log",
        'dispersy put --topic status --keep 1 "at home"',
        'dispersy put --wait 2 --timeout 30 "hello"',
        "dispersy put -- --text-that-begins-with-dashes",
      ),
    )
    .action((text: string | undefined, _options, command: Command) =>
      put(text, optionsOf(command)),
    );
}

async function put(text: string | undefined, options: PutOptions): Promise<void> {
  const { file, lines, topic, keep } = options;
  if (keep !== undefined && topic === undefined) {
    throw new UserError(
      "--keep needs a topic, of whose bundles so many are kept",
      "Give --topic, too. See: dispersy put --help",
      EXIT.usage,
    );
  }
  if (options.timeout !== undefined && options.wait === undefined) {
    throw new UserError(
      "--timeout says how long --wait waits, and there is no --wait",
      "Give --wait, too, or leave --timeout out. See: dispersy put --help",
      EXIT.usage,
    );
  }
  if (options.ephemeral === true && (topic ?? options.expires ?? options.wait) !== undefined) {
    throw new UserError(
      "what is ephemeral is kept nowhere: it has no topic and no expiry, and nobody says that it came",
      "Leave --ephemeral out, or --topic, --expires and --wait.",
      EXIT.usage,
    );
  }
  carryOnWithoutReader();
  const source = {
    ...(text === undefined ? {} : { text }),
    ...(file === undefined ? {} : { file }),
    ...(lines === undefined ? {} : { lines }),
  };
  const payloads = readPayloads(source, await mostBytes(topic));
  if (options.ephemeral === true) return sayAll(payloads, options);
  const { wait, timeout = DEFAULT_HELD_SECONDS } = options;
  if (wait !== undefined) await requireNode(options);
  const session = new RecurringSession(options);
  let published: Published[];
  try {
    // Whether there is a home is not said with the first line only, which may come tomorrow.
    await session.use(async () => {});
    published = await publish(session, payloads, options);
  } finally {
    await session.close();
  }
  if (wait !== undefined) {
    await waitForOthers(options, published, { others: wait, seconds: timeout });
  }
}

/** To whoever is there now. */
async function sayAll(payloads: AsyncIterable<Uint8Array[]>, options: PutOptions): Promise<void> {
  const overlay = options.overlay === undefined ? {} : { overlay: options.overlay };
  let done = 0;
  try {
    await withDaemon(options, (daemon) =>
      publishAll(payloads, {
        send: (batch) => daemon.call("say", { ...overlay, payloads: batch.map(toBase64) }),
        published: (said) => {
          done += said.length;
          return print(said, options);
        },
      }),
    );
  } catch (error) {
    throw saysHowFar(error, done);
  }
}

/** Of a payload. */
async function mostBytes(topic: string | undefined): Promise<number> {
  if (topic === undefined) return MAX_PAYLOAD_BYTES;
  const { mostPayloadBytes } = await import("../../../wire/body.ts");
  return mostPayloadBytes(topicName(topic).length);
}

/** Each is printed once it is on disk. */
async function publish(
  session: RecurringSession,
  payloads: AsyncIterable<Uint8Array[]>,
  options: PutOptions,
): Promise<Published[]> {
  const progress = new Progress();
  let done = 0;
  /** Those that are waited for. BOUNDED: by what the user publishes. */
  const published: Published[] = [];
  try {
    await publishAll(payloads, {
      send: (batch) =>
        session.use((open) =>
          open.call("put", { ...paramsOf(options), payloads: batch.map(toBase64) }),
        ),
      published: async (bundles) => {
        progress.clear();
        done += bundles.length;
        if (done === bundles.length && options.expires !== undefined) {
          say(expiryNotice(expiryOf(options.expires), Date.now()));
        }
        if (options.wait !== undefined) published.push(...bundles);
        await print(bundles, options);
        if (options.lines !== undefined) progress.show(`${count(done, "bundle")} published`);
      },
    });
  } catch (error) {
    throw saysHowFar(error, done);
  } finally {
    progress.clear();
  }
  return published;
}

/** As of now, when a batch is sent. */
function paramsOf({ overlay, topic, keep, expires, wait }: PutOptions): PutParams {
  return {
    ...(wait !== undefined && { receipt: true }),
    ...(overlay !== undefined && { overlay }),
    ...(topic !== undefined && { topic }),
    ...(keep !== undefined && { keep }),
    ...(expires !== undefined && { expires: expiryOf(expires) }),
  };
}

/** Unix seconds. */
function expiryOf(moment: Moment): number {
  return Math.ceil(unixMs(moment, "ahead", Date.now()) / 1_000);
}

async function print(published: Published[], { json }: PutOptions): Promise<void> {
  for (const { id, globalTime } of published) {
    await (json ? writeJson({ id, globalTime }) : writeLine(id));
  }
}

function toBase64(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("base64");
}

function saysHowFar(error: unknown, done: number): unknown {
  if (done === 0 || !(error instanceof UserError)) return error;
  const told = `${count(done, "bundle")} had been published: those whose ids were printed.`;
  // That is said of the batch.
  const hint = error.hint === NOTHING_PUBLISHED ? told : `${error.hint} ${told}`;
  return new UserError(error.message, hint, error.exitCode);
}
