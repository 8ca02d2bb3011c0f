import { createConnection } from "node:net";

/** A description of a router is a few kilobytes. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** How UPnP's two kinds of documents end, and a body in chunks. */
const LAST_WORDS = /(?:<\/(?:[\w.-]+:)?(?:root|envelope)\s*>|\n0\r?\n)\s*$/i;
/** Enough for any of them. */
const LAST_CHARACTERS = 128;

export interface HttpAnswer {
  status: number;
  body: string;
}

/**
 * One small HTTP exchange in the LAN; undefined when there is no answer in time, or too long a one. Follows no
 * redirection.
 *
 * Not by node:http, which refuses what routers send, also when told to be lenient: a length that is too small, or given
 * twice, or empty; a blank before a colon. Here no length is believed: an answer ends with its connection, with its
 * document, or with our patience, and whatever came until then is read.
 */
export async function exchange(url: URL, options: HttpOptions): Promise<HttpAnswer | undefined> {
  const { timeoutMs, signal, from } = options;
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
  const socket = createConnection({
    host: url.hostname,
    port: Number(url.port || 80),
    ...(from !== undefined && { localAddress: from }),
    signal: AbortSignal.any(limits),
  });
  socket.setEncoding("latin1");
  socket.write(requestText(url, options));
  let text = "";
  try {
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.length > MAX_ANSWER_BYTES) return undefined;
      if (LAST_WORDS.test(text.slice(-LAST_CHARACTERS))) break;
    }
  } catch {
    // Too late, or cut off: there may be enough.
  }
  return readAnswer(text);
}

export interface HttpOptions {
  /** Which of our addresses asks; without it the system chooses. */
  from?: string | undefined;
  timeoutMs: number;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Makes it a POST. */
  body?: string;
}

function requestText({ host, pathname, search }: URL, { headers, body }: HttpOptions): string {
  const all = {
    Host: host,
    Connection: "close",
    ...headers,
    ...(body !== undefined && { "Content-Length": `${Buffer.byteLength(body)}` }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const method = body === undefined ? "GET" : "POST";
  return `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`;
}

function readAnswer(text: string): HttpAnswer | undefined {
  const head = /^HTTP\/\d\S* +(\d{3})[^]*?\n\r?\n/i.exec(text);
  if (head === null) return undefined;
  const body = text.slice(head[0].length);
  const isChunked = /^transfer-encoding[ \t]*:.*chunked/im.test(head[0]);
  return { status: Number(head[1]), body: isChunked ? withoutChunks(body) : body };
}

/** RFC 9112 section 7.1. What is no chunk ends it; where nothing is one, the text is what it is. */
function withoutChunks(text: string): string {
  const size = /\s*([\da-f]{1,8})[^\n]*\n/iy;
  const chunks: string[] = [];
  for (let line = size.exec(text); line !== null; line = size.exec(text)) {
    const from = size.lastIndex;
    const to = from + Number.parseInt(line[1]!, 16);
    if (to === from) break;
    chunks.push(text.slice(from, to));
    size.lastIndex = to;
  }
  return chunks.length === 0 ? text : chunks.join("");
}
