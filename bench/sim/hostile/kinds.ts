import { amplifier } from "./amplifier.ts";
import type { HostileKind } from "./attacker.ts";
import { clockBomber } from "./clock-bomber.ts";
import { clockClimber } from "./clock-climber.ts";
import { equivocator } from "./equivocator.ts";
import { offerAbuser } from "./offer-abuser.ts";
import { flooder } from "./flooder.ts";
import { junkPusher } from "./junk-pusher.ts";
import { lyingIntroducer } from "./lying-introducer.ts";
import { punctureAbuser } from "./puncture-abuser.ts";
import { replayer } from "./replayer.ts";
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
} satisfies Record<string, HostileKind>;

export type HostileName = keyof typeof HOSTILE_KINDS;

/** Those whose claims about time are lies. */
export const CLOCK_LIARS: readonly HostileName[] = ["clock-bomber", "clock-climber"];
