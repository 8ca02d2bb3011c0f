import { parseHostPort } from "../../../wire/place.ts";
import { EXIT, UserError } from "../errors.ts";

/** Where metrics are served. */
export interface MetricsPlace {
  host: string;
  /** 0 takes any free one. */
  port: number;
}

const LOOPBACK = "127.0.0.1";
/** 127.0.0.0/8, ::1, and the name of both. */
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Reads `PORT`, which is of loopback, or `HOST:PORT`. Throws a UserError (exit code 2). */
export function parseMetricsPlace(text: string): MetricsPlace {
  const [, host, digits = ""] = /^(?:(.+):)?([0-9]{1,5})$/s.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== "" && port < 65_536) {
    if (host === undefined) return { host: LOOPBACK, port };
    // Port 0 names no place to talk to, only one to listen on.
    const place = parseHostPort(`${host}:${port === 0 ? 1 : port}`);
    if (place !== undefined) return { host: place.host, port };
  }
  throw new UserError(
    "metrics cannot be served there",
    "Write a port, for this machine alone, or host:port, such as 9464 or 0.0.0.0:9464.",
    EXIT.usage,
  );
}

/** Whether only this machine reaches the host. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOST.test(host);
}

/** Of the header `Host` of a request: without its port. */
export function hostOf(header: string): string {
  return header.replace(/:[0-9]*$/, "");
}
