/** What an enclave's door asks for, and how a relayer is told to answer it. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

export interface GuardedDoor {
  /** Arguments of the enclave's program. */
  readonly args: readonly string[];
  /** What the relayer's configuration has under `enclave`, beside the URL. */
  readonly shown: Readonly<Record<string, string>>;
}

export const OPEN_DOOR: GuardedDoor = { args: [], shown: {} };

/** Makes a door that asks for a token, in a folder of its own. */
export const tokenDoor = (folder: string): GuardedDoor => {
  mkdirSync(folder, { recursive: true });
  const [tokens, tokenFile] = [join(folder, "tokens"), join(folder, "token")];
  const [other, token] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("hex")];
  writeFileSync(tokens, `${other}\n${token}\n`);
  writeFileSync(tokenFile, `${token}\n`);
  return { args: ["--tokens", tokens], shown: { tokenFile } };
};

const openssl = (...args: readonly string[]): unknown => execFileSync("openssl", [...args], { stdio: "ignore" });

/** Makes an authority, and a certificate of its for 127.0.0.1 and for a relayer each. */
export const makeCertificates = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => join(folder, name);
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  openssl(...made, "-keyout", file("ca.key"), "-out", file("ca.pem"), "-subj", "/CN=authority");
  for (const [name, names] of [
    ["door", "IP:127.0.0.1"],
    ["relayer", "DNS:relayer"],
  ] as const)
    openssl(
      ...made,
      ...["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-subj", `/CN=${name}`],
      ...["-addext", `subjectAltName=${names}`, "-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)],
    );
  return {
    caFile: file("ca.pem"),
    door: ["--tls-certificate", file("door.pem"), "--tls-key", file("door.key")],
    relayer: { certificateFile: file("relayer.pem"), keyFile: file("relayer.key") },
  } as const;
};

/** Makes a door that asks for a client certificate, in a folder of its own. */
export const certificateDoor = (folder: string): GuardedDoor => {
  const { caFile, door, relayer } = makeCertificates(folder);
  return { args: [...door, "--client-ca", caFile], shown: { ...relayer, caFile } };
};

/** Asks a door for the enclave's status. @returns its body, whatever the answer is */
export const askStatus = (url: string, { shown }: GuardedDoor): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const read = (name: string) => (shown[name] === undefined ? undefined : readFileSync(shown[name], "utf8"));
    const token = read("tokenFile");
    const tls = { ca: read("caFile"), cert: read("certificateFile"), key: read("keyFile") };
    const headers = token === undefined ? {} : { authorization: `Bearer ${token.trim()}` };
    const target = new URL("/v2/status", url);
    const request = url.startsWith("https:")
      ? httpsRequest(target, { headers, ...tls })
      : httpRequest(target, { headers });
    request.on("error", reject).on("response", (response) => buffer(response).then(resolve, reject));
    request.end();
  });
