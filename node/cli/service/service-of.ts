import { Background } from "./background.ts";
import type { Service } from "./service.ts";
import { SystemdUnit } from "./systemd-unit.ts";

/** systemd's, where there is one for this user that answers, else a process in the background. */
export async function serviceOf(home: string): Promise<Service> {
  return (await SystemdUnit.of(home)) ?? new Background(home);
}

/** The one whose log there is; undefined when there is none. */
export async function loggedServiceOf(home: string): Promise<Service | undefined> {
  for (const service of [await SystemdUnit.of(home), new Background(home)]) {
    if (service !== undefined && (await service.lastLines(1)) !== undefined) return service;
  }
  return undefined;
}
