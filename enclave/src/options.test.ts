import { expect, it } from "vitest";
import { parseOptions as parse } from "./options.js";

const CHOICES = ["sgx", "tdx", "sev-snp", "dstack", "simulated"] as const;
const parseOptions = (args: readonly string[]) => parse(args, CHOICES);

const UNGUARDED = { tokens: undefined, certificate: undefined, key: undefined, clientCa: undefined };

it("listens on loopback and any free port, with the machine inside the data folder, unless told otherwise", () => {
  expect(parseOptions(["--data", "d", "--tee", "simulated"])).toEqual({
    data: "d",
    tee: "simulated",
    machine: "d/machine",
    simulatedAs: undefined,
    host: "127.0.0.1",
    port: 0,
    guard: UNGUARDED,
    config: undefined,
    memoryOnly: false,
  });
  const others = ["--machine=m", "--simulated-as=a", "--host=::1", "--port=65535", "--config=c.json"];
  expect(parseOptions(["--data=d", "--tee=simulated", ...others])).toEqual({
    data: "d",
    tee: "simulated",
    machine: "m",
    simulatedAs: "a",
    host: "::1",
    port: 65535,
    guard: UNGUARDED,
    config: "c.json",
    memoryOnly: false,
  });
});

it.each(["sgx", "tdx", "sev-snp", "dstack"])("takes %s as what protects the key", (tee) => {
  expect(parseOptions(["--data", "d", "--tee", tee])).toMatchObject({ tee });
});

it.each(["tdx", "sev-snp"])("keeps the key in memory only where it is told to and %s has no sealing key", (tee) => {
  const args = ["--data", "d", "--tee", tee];
  expect(parseOptions([...args, "--memory-only"]).memoryOnly).toBe(true);
  expect(parseOptions(args).memoryOnly).toBe(false);
});

it.each([
  [[]],
  [["--tee", "simulated"]],
  [["--data", "d"]],
  [["--data", "d", "--tee", ""]],
  [["--data", "d", "--tee", "nitro"]],
  [["--data", "d", "--tee", "sgx", "--machine", "m"]],
  [["--data", "d", "--tee", "simulated", "--port", "65536"]],
  [["--data", "d", "--tee", "simulated", "--port", "1.5"]],
  [["--data", "d", "--tee", "simulated", "--port", ""]],
  [["--data", "d", "--tee", "simulated", "--unknown"]],
  [["--data", "d", "--tee", "simulated", "extra"]],
  [["--data", "d", "--tee", "simulated", "--memory-only"]],
  [["--data", "d", "--tee", "sgx", "--simulated-as", "a"]],
  [["--data", "d", "--tee", "simulated", "--simulated-as", "A B"]],
  [["--data", "d", "--tee", "sgx", "--memory-only"]],
  [["--data", "d", "--tee", "dstack", "--memory-only"]],
  [["--data", "d", "--tee", "tdx", "--memory-only", "--config", "c.json"]],
])("refuses %j as usage", (args) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: "usage" }));
});

const BASE = ["--data", "d", "--tee", "simulated"];
const TLS = ["--tls-certificate", "c", "--tls-key", "k"];

it.each(["127.0.0.1", "127.9.9.9", "::1"])("asks for nothing on loopback unless told to: %s", (host) => {
  expect(parseOptions([...BASE, "--host", host]).guard).toEqual(UNGUARDED);
});

it.each(["0.0.0.0", "::", "10.0.0.1", "::ffff:127.0.0.1", "127.0.0.1.example", "localhost", ""])(
  "doesn't listen on %s without asking for anything, and says what to do",
  (host) => {
    for (const more of [[], TLS])
      expect(() => parseOptions([...BASE, "--host", host, ...more])).toThrow(
        expect.objectContaining({ code: "usage", message: expect.stringContaining("--tokens FILE") }),
      );
    expect(parseOptions([...BASE, "--host", host, "--tokens", "t"]).guard).toMatchObject({ tokens: "t" });
    expect(parseOptions([...BASE, "--host", host, ...TLS, "--client-ca", "a"]).guard).toEqual({
      tokens: undefined,
      certificate: "c",
      key: "k",
      clientCa: "a",
    });
  },
);

it.each([[TLS.slice(0, 2)], [TLS.slice(2)], [["--client-ca", "a"]]])(
  "refuses %j, which is half of something",
  (some) => {
    expect(() => parseOptions([...BASE, ...some])).toThrow(expect.objectContaining({ code: "usage" }));
  },
);
