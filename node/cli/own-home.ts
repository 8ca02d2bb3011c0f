import { existsSync } from "node:fs";

/** Into the home of another user nobody can look: that must not read like "nothing is there". Throws a HomeError. */
export async function requireOwn(home: string): Promise<void> {
  if (!existsSync(home)) return;
  const { Home } = await import("../host/home/home.ts");
  Home.forReading(home);
}
