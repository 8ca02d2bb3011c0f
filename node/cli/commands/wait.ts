import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { EXIT, UserError } from "../../host/errors.ts";
import { chooseOverlay } from "../../host/overlay-choice.ts";
import type { OverlaySummary, Status } from "../../host/status/node-status.ts";
import { examples, optionsOf, overlayOption, parseSeconds, wholeNumber } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { writeJson, writeLine } from "../output.ts";
import { withDaemon } from "../daemon-session.ts";
import { statusScreen } from "../status-view.ts";
import { count } from "../text.ts";

interface WaitOptions extends OverlayOptions {
  bundles?: number;
  peers?: number;
  timeout: number;
}

/** Long enough for a fast start and a sync of thousands of bundles. */
const DEFAULT_TIMEOUT_SECONDS = 60;
/** A status costs the node well below a millisecond; a script notices no delay. */
const POLL_MS = 100;

export function registerWait(program: Command): Command {
  return program
    .command("wait")
    .description(
      "wait until the running node has so many bundles or peers; exit 4 if it takes too long",
    )
    .option("--bundles <count>", "at least so many bundles", wholeNumber(0))
    .option("--peers <count>", "at least so many contacted peers", wholeNumber(0))
    .option("--timeout <seconds>", "how long to wait", parseSeconds, DEFAULT_TIMEOUT_SECONDS)
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples("dispersy wait --bundles 100 --timeout 30", "dispersy wait --peers 1 --json"),
    )
    .action((_options, command: Command) => wait(optionsOf(command)));
}

async function wait(options: WaitOptions): Promise<void> {
  if (options.bundles === undefined && options.peers === undefined) {
    throw new UserError("nothing to wait for", "Give --bundles N, --peers N or both.", EXIT.usage);
  }
  const { status, reached } = await withDaemon(options, async (daemon) => {
    const end = performance.now() + options.timeout * 1000;
    for (;;) {
      const report = await daemon.call("status", {});
      const there = isReached(chooseOverlay(report.overlays, options.overlay), options);
      const left = end - performance.now();
      if (there || left <= 0) return { status: report, reached: there };
      await sleep(Math.min(POLL_MS, left));
    }
  });
  await print(status, options);
  if (!reached) throw timedOut(chooseOverlay(status.overlays, options.overlay), options.timeout);
}

function isReached(overlay: OverlaySummary, { bundles = 0, peers = 0 }: WaitOptions): boolean {
  return overlay.bundles >= bundles && overlay.candidates.contacted >= peers;
}

function print(status: Status, options: WaitOptions): Promise<void> {
  return options.json ? writeJson(status) : writeLine(statusScreen(status));
}

function timedOut(overlay: OverlaySummary, seconds: number): UserError {
  const there = `${count(overlay.bundles, "bundle")} and ${count(overlay.candidates.contacted, "peer")}`;
  return new UserError(
    `after ${seconds} s there are ${there}`,
    "Allow more time with --timeout, or see what the node says: dispersy status",
    EXIT.timedOut,
  );
}
