/** A profile as `node --cpu-prof` writes it: what of it is read here (Chrome DevTools protocol, `Profiler.Profile`). */
export interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame }[];
  /** The node that was at the top of the stack, sample by sample. */
  samples: number[];
  /** Microseconds between a sample and the one before it. */
  timeDeltas: number[];
}

interface CallFrame {
  functionName: string;
  url: string;
  /** From 0. */
  lineNumber: number;
}

export interface Hot {
  /** `name file:line`. */
  place: string;
  selfMs: number;
  /** Of the time in which the processor worked. */
  share: number;
}

/** V8's own names for what is no work of the program. */
const NOT_WORKING = new Set(["(idle)", "(root)"]);

/** The functions with the most self time, over all threads: the time in the function itself, not in what it calls. */
export function hottest(profiles: readonly CpuProfile[], count: number): Hot[] {
  const microseconds = new Map<string, number>();
  for (const { nodes, samples, timeDeltas } of profiles) {
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    samples.forEach((id, i) => {
      const frame = frames.get(id);
      if (frame === undefined || NOT_WORKING.has(frame.functionName)) return;
      const place = placeOf(frame);
      microseconds.set(place, (microseconds.get(place) ?? 0) + (timeDeltas[i] ?? 0));
    });
  }
  const total = [...microseconds.values()].reduce((sum, value) => sum + value, 0);
  return [...microseconds]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([place, self]) => ({ place, selfMs: self / 1_000, share: self / total }));
}

function placeOf({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  return url === "" ? name : `${name} ${shortened(url)}:${lineNumber + 1}`;
}

/** Below the build or the packages: the rest of the path says nothing. */
function shortened(url: string): string {
  return url.replace(/^.*?\/(?=(bench\/)?dist\/|node_modules\/)/, "");
}
