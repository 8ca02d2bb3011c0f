import type { Instant } from "../core/inputs.ts";

export function instant(): Instant {
  return { now: performance.now(), wall: Date.now() };
}

export const CLOCK_CHECK_INTERVAL_MS = 1_000;
/** Above any scheduling delay and any gradual correction; below the life of a NAT mapping that matters. */
const JUMP_MS = 30_000;

/**
 * Whether the process slept between two looks at the clocks, or the wall clock was set. In a suspend the monotonic
 * clock stands still on Linux, so that only wall time tells; it runs on elsewhere and when a process is stopped, and
 * then the missed looks tell.
 */
export function hasJumped(before: Instant, after: Instant): boolean {
  const monotonicMs = after.now - before.now;
  const wallMs = after.wall - before.wall;
  return monotonicMs > JUMP_MS || Math.abs(wallMs - monotonicMs) > JUMP_MS;
}

/** Calls back whenever the process slept or the clock was set; until the returned function is called. */
export function watchClock(onJump: () => void): () => void {
  let before = instant();
  const timer = setInterval(() => {
    const after = instant();
    const jumped = hasJumped(before, after);
    before = after;
    if (jumped) onJump();
  }, CLOCK_CHECK_INTERVAL_MS).unref();
  return () => clearInterval(timer);
}
