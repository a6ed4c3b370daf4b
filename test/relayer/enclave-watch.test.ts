/** What is kept on disk before a relayer works for an enclave: a real enclave, and a slow disk. */
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { readConfig } from "@pdiem/relayer/config";
import { enclaveAt } from "@pdiem/relayer/enclave-door";
import { watchEnclave } from "@pdiem/relayer/sync/enclave/enclave-watch";
import { afterEach, expect, it } from "vitest";
import { keptLog } from "./support/log-lines.js";
import { startLoneEnclave, temporaryFolder, writeLoneConfig } from "./support/lone-relayer.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const bridge = {
  ...exampleConfig,
  measurements: [{ tee: "simulated", value: sha3_256(utf8("pdiem simulated enclave")) }] as const,
};

it("gives no holder to anyone before the configuration is kept, so a later change can be named", async () => {
  const folder = temporaryFolder(closing);
  const enclave = await startLoneEnclave(join(folder, "enclave"));
  closing.push(enclave.stop);
  const config = readConfig(writeLoneConfig({ folder, bridge, enclaveUrl: enclave.url }));
  const clients = { config: config.bridge, enclave: enclaveAt(enclave.url, config) };
  let begun = 0;
  let finish: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const keep = (): Promise<void> => {
    begun += 1;
    return slow;
  };
  const watch = watchEnclave({
    clients,
    kept: { keep, changesFrom: async () => undefined },
    issuer: () => undefined,
    log: keptLog().log,
  });
  await eventually(() => (begun === 1 ? true : undefined));
  const order: string[] = [];
  const asked = watch.holder().then(() => order.push("holder"));
  // Each of these takes as long as what the watch asks: it would have its holder by then.
  for (let i = 0; i < 5; i += 1) await clients.enclave.status();
  order.push("kept");
  finish();
  await asked;
  expect(order).toEqual(["kept", "holder"]);
  expect(begun).toBe(1);
  await watch.stop();
});
