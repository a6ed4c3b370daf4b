/** `pdiem custody` on a Diem network whose treasury is somebody else's, with an enclave. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { askFor, createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import {
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { interimKeyOf } from "@pdiem/relayer/cli/custody/interim-key";
import { type CommandOutcome, runCommand } from "@pdiem/relayer/cli/testing/run-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "pdiem-custody-"));
const machines: Machine[] = [];
let diem: RunningDiem;
let made = 0;

beforeAll(async () => {
  diem = await startDiem({ blockInterval: 20 });
});
afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.clear()));
  await diem.close();
  rmSync(folder, { recursive: true });
});

interface Place {
  readonly bridge: BridgeConfig;
  readonly seed: Uint8Array;
  readonly file: string;
  readonly keyFile: string;
  /** The enclave's. */
  readonly authenticationKey: string;
  readonly custody: (...args: readonly string[]) => Promise<CommandOutcome>;
  readonly sequenceNumber: () => bigint;
}

/** An interim key, a configuration of its account, and an enclave of that configuration. */
const newPlace = async (change: (config: BridgeConfig) => BridgeConfig = (config) => config): Promise<Place> => {
  const name = `${++made}`;
  const seed = filled(32, 0x60 + made);
  const { address } = interimKeyOf(publicKeyOf(seed));
  const { chainId } = diem;
  const bridge = change({
    ...exampleConfig,
    diem: { ...exampleConfig.diem, chainId, waypoint: parseWaypoint(diem.waypoint), custody: address },
    measurements: [{ tee: "simulated", value: sha3_256(utf8("pdiem simulated enclave")) }],
  });
  const machine = await createMachine();
  machines.push(machine);
  const { url } = await machine.start();
  const { holder } = await askFor({ url }, "activate", { config: bridge, challenge: filled(32, 1) });
  const nowhere = { urls: ["ws://127.0.0.1:1"] };
  const file = join(folder, `${name}.json`);
  const config = {
    diem: { urls: [diem.url] },
    parachain: nowhere,
    relay: nowhere,
    enclave: { url },
    redis: { url: "redis://127.0.0.1:1" },
    bridge: formatBridgeConfig(bridge),
  };
  writeFileSync(file, JSON.stringify(config));
  const keyFile = join(folder, `${name}.key`);
  writeFileSync(keyFile, `${toHex(seed)}\n`);
  return {
    bridge,
    seed,
    file,
    keyFile,
    authenticationKey: `0x${toHex(ed25519AuthenticationKey(holder.custodyKey))}`,
    custody: (command, ...args) => runCommand("custody", command ?? "", ...args, "--config", file),
    sequenceNumber: () => diem.chain.sequenceNumberOf(address),
  };
};

/** What the treasury does when it is asked. */
const makeAccount = ({ bridge, seed }: Place, allCurrencies = false): void => {
  const key = ed25519AuthenticationKey(publicKeyOf(seed));
  const { custody: address } = bridge.diem;
  const authenticationKeyPrefixOf = authenticationKeyPrefix(key);
  diem.association.createParentVasp({
    address,
    authenticationKeyPrefix: authenticationKeyPrefixOf,
    humanName: "pDiem custody",
    currency: "XUS",
    allCurrencies,
  });
};

describe("custody", () => {
  it("goes from nothing to the enclave's by plan, rotate and check", async () => {
    const place = await newPlace();
    const { custody, keyFile, bridge, seed, authenticationKey } = place;
    const before = await custody("plan", "--key", keyFile);
    expect(before.code).toBe(0);
    const { prefix } = interimKeyOf(publicKeyOf(seed));
    for (const told of [
      "create_parent_vasp_account<XUS>",
      toHex(bridge.diem.custody),
      toHex(prefix),
      authenticationKey,
    ])
      expect(before.out).toContain(told);
    expect(await custody("rotate", "--key", keyFile, "--irrevocably")).toMatchObject({
      code: 3,
      err: expect.stringContaining("custody/unfit"),
    });

    makeAccount(place);
    const waits = await custody("check");
    expect(waits.code).toBe(1);
    expect(waits.out.match(/^DIFFERS.*?:/gm)).toEqual([
      "DIFFERS    custody's authentication key:",
      "DIFFERS    custody's balance in XDX:",
    ]);
    const unsure = await custody("rotate", "--key", keyFile);
    expect([unsure.code, place.sequenceNumber()]).toEqual([2, 0n]);
    expect(unsure.err).toContain("config/irrevocably");

    const shown = await custody("rotate", "--key", keyFile, "--irrevocably", "--dry-run");
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/^would send add_currency_to_account<XDX>/)]);
    expect([shown.out.endsWith("Nothing was sent."), place.sequenceNumber()]).toEqual([true, 0n]);
    const rotated = await custody("rotate", "--key", keyFile, "--irrevocably");
    expect(rotated).toMatchObject({ code: 0, out: expect.stringContaining(authenticationKey) });
    expect(place.sequenceNumber()).toBe(2n);
    const checked = await custody("check", "--json");
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.out)).toMatchObject({ verdict: "ready" });
    // Again, there is nothing left to do, and the key isn't custody's any more.
    expect((await custody("rotate", "--key", keyFile, "--irrevocably")).code).toBe(0);
    expect(place.sequenceNumber()).toBe(2n);
  });

  it("is rotated by signatures made elsewhere, and by no other transactions", async () => {
    const place = await newPlace();
    const { custody, seed } = place;
    makeAccount(place);
    const file = join(folder, "unsigned.json");
    expect((await custody("rotate", "--out", file)).code).toBe(0);
    expect((await custody("submit", file, "--irrevocably")).err).toContain("config/unsigned");
    const { transactions } = JSON.parse(readFileSync(file, "utf8"));
    const signed = transactions.map((one: { readonly signingMessage: string }) => ({
      ...one,
      publicKey: toHex(publicKeyOf(seed)),
      signature: toHex(sign(seed, fromHex(one.signingMessage))),
    }));
    const write = (list: readonly unknown[]): void => writeFileSync(file, JSON.stringify({ transactions: list }));
    write([{ ...signed[0], signature: signed[1].signature }, signed[1]]);
    expect((await custody("submit", file, "--irrevocably")).err).toContain("proof/signature");
    write(signed.slice(1));
    expect((await custody("submit", file, "--irrevocably")).err).toContain("custody/other-transactions");
    expect(place.sequenceNumber()).toBe(0n);
    write(signed);
    expect((await custody("submit", file, "--irrevocably")).code).toBe(0);
    expect(place.sequenceNumber()).toBe(2n);
    expect((await custody("submit", file, "--irrevocably")).code).toBe(0);
  });

  it("isn't given to an enclave of another bridge, nor to code that isn't admitted", async () => {
    const place = await newPlace();
    makeAccount(place);
    const config = JSON.parse(readFileSync(place.file, "utf8"));
    const rotate = async (change: object): Promise<string> => {
      writeFileSync(place.file, JSON.stringify({ ...config, bridge: { ...config.bridge, ...change } }));
      const { code, err } = await place.custody("rotate", "--key", place.keyFile, "--irrevocably");
      expect(code).not.toBe(0);
      return err;
    };
    // It opens its key under no other configuration than its own.
    expect(await rotate({ maxSkew: "299999" })).toContain("sealed/other-configuration");
    expect(place.sequenceNumber()).toBe(0n);
    const other = await newPlace((bridge) => ({
      ...bridge,
      measurements: [{ tee: "simulated", value: filled(32, 9) }],
    }));
    makeAccount(other);
    const { code, err } = await other.custody("rotate", "--key", other.keyFile, "--irrevocably");
    expect([code, other.sequenceNumber()]).toEqual([1, 0n]);
    expect(err).toContain("set-up/enclave");
    expect(err).toMatch(/DIFFERS {4}measurement/);
  });

  it("has an address that follows from its interim key, which the plan compares", async () => {
    const place = await newPlace();
    const { code, out, err } = await runCommand("custody", "key", join(folder, "new.key"));
    expect(code).toBe(0);
    const publicKey = /public key 0x([0-9a-f]{64})/.exec(err)?.[1] ?? "";
    expect(out).toBe(`diem.custody 0x${toHex(interimKeyOf(fromHex(publicKey)).address)}`);
    const plan = await place.custody("plan", "--public-key", publicKey);
    expect(plan).toMatchObject({ code: 2, err: expect.stringContaining(out.replace("diem.custody ", "")) });
  });

  it("is proven over hundreds of epochs, a page of them at a time, with progress told", async () => {
    const place = await newPlace();
    makeAccount(place);
    for (let i = 0; i < 250; i++) diem.association.nextEpoch();
    const { err, out } = await place.custody("check");
    expect(err.match(/^Diem: epoch \d+$/gm)?.length).toBeGreaterThanOrEqual(2);
    expect(out).toContain("custody's role: parentVasp");
  });

  it("PROTOCOL 5: isn't ready with a currency too many, frozen, or where gas costs; told with what to do", async () => {
    const place = await newPlace((bridge) => ({ ...bridge, currencies: bridge.currencies.slice(0, 1) }));
    const { custody, bridge } = place;
    makeAccount(place, true);
    diem.association.freeze(bridge.diem.custody);
    // From here on this network takes nothing that its association sends for free.
    diem.association.setGasConstants({ minPricePerGasUnit: 1n, maximumNumberOfGasUnits: 500_000n });
    const { out } = await custody("check");
    expect(out.match(/^DIFFERS.*?:/gm)).toEqual([
      "DIFFERS    least gas price:",
      "DIFFERS    custody's authentication key:",
      "DIFFERS    custody's freezing:",
      "DIFFERS    custody's balance in XDX:",
    ]);
    expect(out).toContain("ok         maximum of gas units: 500000; payouts ask for 500000");
    expect(out).toContain("ask for another account, with add_all_currencies false");
    const refused = await custody("rotate", "--key", place.keyFile, "--irrevocably");
    expect([refused.code, place.sequenceNumber()]).toEqual([3, 0n]);
    expect(refused.err).toContain("custody/unfit");
  });
});
