import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { Status } from "../status/node-status.ts";
import { FAMILIES, type Family } from "./families.ts";

/** How often the event loop is asked how late it is. */
const LAG_INTERVAL_MS = 100;
/** Seconds. A datagram waits in the kernel meanwhile: 20 ms is a good network, from 1 s on peers ask again. */
const LAG_BUCKETS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
/** Reading the status of a node with much in it takes milliseconds: who asks more often is told the same again. */
const FRESH_MS = 1_000;

/** The text that Prometheus reads, made from a status, the process and the lag of its event loop. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #status: () => Status;
  readonly #timer: NodeJS.Timeout;
  #made = { atMs: Number.NEGATIVE_INFINITY, text: Promise.resolve("") };

  constructor(status: () => Status) {
    this.#status = status;
    collectDefaultMetrics({ register: this.#registry });
    this.#timer = this.#watchLag();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** At most a second old. */
  text(): Promise<string> {
    const now = performance.now();
    if (now - this.#made.atMs >= FRESH_MS) this.#made = { atMs: now, text: this.#collect() };
    return this.#made.text;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#registry.clear();
  }

  async #collect(): Promise<string> {
    const status = this.#status();
    for (const family of FAMILIES) this.#set(family, status);
    return this.#registry.metrics();
  }

  /** What is counted elsewhere is told anew each time: the library only adds. */
  #set({ name, type, help, labels: labelNames, samples }: Family, status: Status): void {
    this.#registry.removeSingleMetric(name);
    const told = samples(status);
    // The library would tell 0 of what there is not, such as a tracker's disk.
    if (told.length === 0) return;
    const made = { name, help, labelNames: [...labelNames], registers: [this.#registry] };
    const metric = type === "counter" ? new Counter(made) : new Gauge(made);
    for (const { labels = {}, value } of told) metric.inc(labels, value);
  }

  #watchLag(): NodeJS.Timeout {
    const lag = new Histogram({
      name: "dispersy_event_loop_lag_seconds",
      help: "How late the event loop does what is due, looked at ten times a second.",
      buckets: LAG_BUCKETS,
      registers: [this.#registry],
    });
    let due = performance.now() + LAG_INTERVAL_MS;
    return setInterval(() => {
      const now = performance.now();
      lag.observe(Math.max(0, now - due) / 1_000);
      due = now + LAG_INTERVAL_MS;
    }, LAG_INTERVAL_MS).unref();
  }
}
