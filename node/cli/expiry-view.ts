import { formatSpan } from "./text.ts";

const MINUTE_MS = 60_000;

/** How long a bundle still has, for people; `expires` in Unix seconds. */
export function timeLeft(expires: number, nowMs: number): string {
  const ms = expires * 1_000 - nowMs;
  if (ms <= 0) return "expired";
  return `${ms < MINUTE_MS ? `${Math.ceil(ms / 1_000)}s` : formatSpan(ms)} left`;
}

/** What whoever writes something that expires has to know. */
export function expiryNotice(expires: number, nowMs: number): string {
  return (
    `${timeLeft(expires, nowMs)}; then nobody is shown it any more, and 20 minutes later no running node ` +
    "has it on its disk. What others copied before is beyond that."
  );
}
