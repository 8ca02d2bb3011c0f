import { parseHostPort } from "../../../wire/place.ts";
import { parseWebSocketPlace } from "../../../wire/websocket-place.ts";
import { EXIT, UserError } from "../errors.ts";

/** Where WebSockets are taken. */
export interface WebSocketListen {
  /** Empty: on all interfaces. */
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Begins with a slash. */
  path: string;
  /** Files in PEM; without them a reverse proxy does TLS, or nobody. */
  tls?: { certificate: string; key: string };
}

export const DEFAULT_PATH = "/dispersy";

/** Reads `PORT`, `:PORT`, `HOST:PORT`, each with a path or not. Throws a UserError (exit code 2). */
export function parseWebSocketListen(text: string): WebSocketListen {
  const [, host = "", digits = "", path = DEFAULT_PATH] =
    /^(?:(.*):)?([0-9]{1,5})(\/.*)?$/s.exec(text) ?? [];
  const port = Number(digits);
  const isPath = parseWebSocketPlace(`localhost:1${path}`, false) !== undefined;
  if (digits !== "" && port < 65_536 && isPath) {
    if (host === "") return { host: "", port, path };
    // Port 0 names no place to talk to, only one to listen on.
    const place = parseHostPort(`${host}:${port === 0 ? 1 : port}`);
    if (place !== undefined) return { host: place.host, port, path };
  }
  throw new UserError(
    "WebSockets cannot be taken there",
    "Write a port, or host:port, with a path of small letters or without, such as 8443 or 127.0.0.1:8080/dispersy.",
    EXIT.usage,
  );
}
