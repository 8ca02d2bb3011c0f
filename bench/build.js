// Compiles the benchmarks into bench/dist, in a folder beside links to the product's build, as the sources lie beside
// the product's: what is measured is the program that ships, loaded once.
import { execSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";

process.chdir(import.meta.dirname);
rmSync("dist", { recursive: true, force: true });
execSync("tsc -p .", { stdio: "inherit" });
for (const room of ["wire", "candidates", "nat", "node"]) {
  // The compiler wrote the product once more, since the benchmarks import it.
  rmSync(`dist/${room}`, { recursive: true });
  symlinkSync(`../../dist/${room}`, `dist/${room}`, "junction");
}
