import { addressLiar } from "./address-liar.ts";
import { amplifier } from "./amplifier.ts";
import type { HostileKind } from "./attacker.ts";
import { clockBomber } from "./clock-bomber.ts";
import { clockClimber } from "./clock-climber.ts";
import { equivocator } from "./equivocator.ts";
import { offerAbuser } from "./offer-abuser.ts";
import { flooder } from "./flooder.ts";
import { forger } from "./forger.ts";
import { junkPusher } from "./junk-pusher.ts";
import { lyingIntroducer } from "./lying-introducer.ts";
import { punctureAbuser } from "./puncture-abuser.ts";
import { punctureNamer } from "./puncture-namer.ts";
import { replayer } from "./replayer.ts";
import { seeker } from "./seeker.ts";
import { sketchAsker } from "./sketch-asker.ts";
import { spoofer } from "./spoofer.ts";
import { stranger } from "./stranger.ts";

/** Every kind of hostile peer, by name. */
export const HOSTILE_KINDS = {
  flooder,
  spoofer,
  amplifier,
  "lying-introducer": lyingIntroducer,
  "puncture-abuser": punctureAbuser,
  "clock-bomber": clockBomber,
  "clock-climber": clockClimber,
  "offer-abuser": offerAbuser,
  "junk-pusher": junkPusher,
  replayer,
  stranger,
  equivocator,
  "address-liar": addressLiar,
  "puncture-namer": punctureNamer,
  seeker,
  forger,
  "sketch-asker": sketchAsker,
} satisfies Record<string, HostileKind>;

export type HostileName = keyof typeof HOSTILE_KINDS;

/** Those whose claims about time are lies. */
export const CLOCK_LIARS: readonly HostileName[] = ["clock-bomber", "clock-climber"];

/**
 * Those who draw on what is shared out, and make nothing that others would hold: they go on until all hold the same,
 * which they must not delay.
 */
export const TIRELESS: readonly HostileName[] = [
  "address-liar",
  "puncture-namer",
  "seeker",
  "forger",
  "sketch-asker",
];
