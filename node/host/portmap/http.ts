import { request } from "node:http";

/** A description of a router is a few kilobytes. */
const MAX_BODY_BYTES = 64 * 1024;

export interface HttpAnswer {
  status: number;
  body: string;
}

/** One small HTTP exchange in the LAN; undefined when there is no whole answer in time. Follows no redirection. */
export function exchange(
  url: URL,
  { timeoutMs, signal, headers = {}, body }: HttpOptions,
): Promise<HttpAnswer | undefined> {
  return new Promise((resolve) => {
    const method = body === undefined ? "GET" : "POST";
    const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
    const options = { method, headers, agent: false, signal: AbortSignal.any(limits) };
    const asked = request(url, options, (answer) => {
      const { statusCode: status = 0 } = answer;
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      answer.on("data", (chunk: Uint8Array) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) asked.destroy();
      });
      answer.on("end", () => resolve({ status, body: Buffer.concat(chunks).toString() }));
      answer.on("close", () => resolve(undefined));
      answer.on("error", () => resolve(undefined));
    });
    asked.on("error", () => resolve(undefined));
    asked.end(body);
  });
}

export interface HttpOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Makes it a POST. */
  body?: string;
}
