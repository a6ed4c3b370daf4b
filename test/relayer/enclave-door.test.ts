/** A relayer before a guarded door: a real enclave's process, with what is right and what isn't. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import {
  certificateDoor,
  type GuardedDoor,
  makeCertificates,
  tokenDoor,
} from "@pdiem/devnet/local-bridge/guarded-door";
import { startStandby } from "@pdiem/devnet/local-bridge/processes";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { enclaveAt, enclaveConfig } from "@pdiem/relayer/enclave-door";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LoneRelayer, startLoneRelayer, temporaryFolder } from "./support/lone-relayer.js";

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const bridge = {
  ...exampleConfig,
  measurements: [{ tee: "simulated", value: sha3_256(utf8("pdiem simulated enclave")) }] as const,
};

type Shown = GuardedDoor["shown"];

let folder: string;
const doors: Partial<Record<"token" | "certificate", GuardedDoor & { readonly url: string }>> = {};
let others: ReturnType<typeof makeCertificates>;

const start = async (name: "token" | "certificate", door: GuardedDoor): Promise<void> => {
  const [data, machine, log] = ["data", "machine", "log"].map((part) => join(folder, name, part)) as [
    string,
    string,
    string,
  ];
  const { child, url } = await startStandby({ data, machine, log, door });
  closing.push(() => child.stop());
  doors[name] = { ...door, url };
};

beforeAll(async () => {
  folder = temporaryFolder(closing);
  others = makeCertificates(join(folder, "others"));
  await Promise.all([
    start("token", tokenDoor(join(folder, "token"))),
    start("certificate", certificateDoor(join(folder, "certificate"))),
  ]);
});

const doorOf = (name: "token" | "certificate") => {
  const door = doors[name];
  if (door === undefined) throw new Error("expected a door that was started");
  return door;
};

const relayerWith = (name: "token" | "certificate", shown: Shown): Promise<LoneRelayer> =>
  startLoneRelayer({ folder: temporaryFolder(closing), bridge, enclaveUrl: doorOf(name).url, enclave: shown }, closing);

const enclaveObstacle = (lone: LoneRelayer) =>
  eventually(async () => {
    const { obstacles } = (await lone.ready()).view;
    return obstacles.find(({ code }) => code.startsWith("enclave/") && code !== "enclave/unasked");
  });

const fileWith = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe.each(["token", "certificate"] as const)("a door that asks for a %s", (name) => {
  it("lets in a relayer that shows it, which works for the enclave", async () => {
    const lone = await relayerWith(name, doorOf(name).shown);
    await eventually(() => (lone.lines.some(({ msg }) => msg === "at work") ? true : undefined));
    expect(await lone.metrics()).toMatch(/^pdiem_enclave_up 1$/m);
  });

  it("is told of by a relayer that shows nothing, with what to do", async () => {
    const { caFile = "" } = doorOf(name).shown;
    const lone = await relayerWith(name, caFile === "" ? {} : { caFile });
    const { code, todo } = await enclaveObstacle(lone);
    expect(code).toBe("enclave/unauthorized");
    expect(todo).toContain("enclave.tokenFile");
    expect(await lone.metrics()).toMatch(/^pdiem_obstacles\{code="enclave\/unauthorized"\} 1$/m);
  });
});

it("a wrong token isn't let in, and stands in no log, answer or metric", async () => {
  const token = "a-wrong-token-of-which-nobody-may-learn-anything";
  const lone = await relayerWith("token", { tokenFile: fileWith("wrong", token) });
  expect((await enclaveObstacle(lone)).code).toBe("enclave/unauthorized");
  const { view } = await lone.ready();
  const told = [JSON.stringify(lone.lines), JSON.stringify(view), await lone.metrics()].join("\n");
  expect(told).toContain("enclave/unauthorized");
  expect(told).not.toContain(token);
});

it("a certificate of another authority isn't let in", async () => {
  const lone = await relayerWith("certificate", { ...doorOf("certificate").shown, ...others.relayer });
  expect((await enclaveObstacle(lone)).code).toBe("enclave/unauthorized");
});

it("a door of another authority isn't asked anything, and that is told with what to do", async () => {
  const lone = await relayerWith("certificate", { ...doorOf("certificate").shown, caFile: others.caFile });
  expect(await enclaveObstacle(lone)).toMatchObject({
    code: "enclave/untrusted",
    todo: expect.stringContaining("enclave.caFile"),
  });
});

it("what one door is shown, another isn't, unless the configuration names that one, too", async () => {
  const { url, shown } = doorOf("token");
  const here = { url: "http://127.0.0.1:1", tokenFile: shown.tokenFile };
  const asked = (others: readonly object[]) =>
    enclaveAt(url, { enclave: enclaveConfig.parse({ ...here, others }) }).status();
  await expect(asked([])).rejects.toMatchObject({ code: "enclave/unauthorized" });
  expect(await asked([{ url, ...shown }])).toMatchObject({ tee: "simulated" });
});

it.each([
  ["a token's file that isn't there", { tokenFile: "/nowhere/token" }],
  ["a certificate without its key", { certificateFile: "/nowhere/a.pem" }],
])("a relayer with %s doesn't start", async (_, shown) => {
  await expect(relayerWith("token", shown)).rejects.toMatchObject({ code: expect.stringMatching(/^config\//) });
});
