import type { World } from "../../node/testing/world.ts";
import { exponential } from "./churn.ts";

/** Somebody whose program runs now and then, and who writes something while it does. */
export interface Goer {
  /** Names its times: who has one name in two worlds of one seed comes and goes alike in both. */
  name: string;
  start(): void;
  stop(): void;
  /** `left`: what it will still write, this one included. */
  write(left: number): void;
}

/**
 * Lets it come and go: exponential times on and off, in their stationary state from the beginning. It writes once per
 * session, at a random moment of it, until all is written.
 */
export function comeAndGo(
  world: World,
  goer: Goer,
  { uptime, cycleMs, messages }: { uptime: number; cycleMs: number; messages: number },
): void {
  const random = world.random(`uptime/${goer.name}`);
  const onMs = (): number => exponential(uptime * cycleMs, random);
  const offMs = (): number => exponential((1 - uptime) * cycleMs, random);
  const later = (delayMs: number, fire: () => void): void =>
    world.clock.at(world.now + delayMs, { fire });
  let left = messages;
  const start = (): void => {
    const lengthMs = onMs();
    goer.start();
    if (left > 0) later(random.float() * lengthMs, () => goer.write(left--));
    later(lengthMs, () => {
      goer.stop();
      later(offMs(), start);
    });
  };
  later(random.float() < uptime ? 0 : offMs(), start);
}
