import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An authority of a test and a certificate of it (openssl(1)); files in PEM. */
export interface Certificates {
  authority: string;
  certificate: string;
  key: string;
}

/** `days`: until the certificate expires, from now on; before now when negative. `names`: as X.509 has them. */
export function makeCertificates(
  folder: string,
  days: number,
  names: readonly string[] = ["DNS:localhost"],
): Certificates {
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const openssl = (...words: string[]): void => {
    execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
  };
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=A test");
  openssl("req", ...newKey, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost");
  writeFileSync(at("names"), `subjectAltName=${names.join(",")}\n`);
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];
  openssl("x509", "-req", "-in", "request.pem", ...by, "-days", `${days}`, "-out", "cert.pem");
  return { authority: at("ca.pem"), certificate: at("cert.pem"), key: at("key.pem") };
}
