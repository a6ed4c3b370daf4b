/** What is proven of both chains: custody, assets, and whether this machine's clock fits theirs. */
import { readCurrencyInfo } from "@pdiem/light-client/diem/state/resources/currency-info";
import { systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAccountInfo, readTimestamp } from "@pdiem/light-client/polkadot/trie/storage-value";
import { chainObstacles } from "../../../readiness/chain-obstacles.js";
import { checkAssetSetUp } from "../../assets/check.js";
import { hubStateOf } from "../../assets/hub-state.js";
import { accountFindings, networkFindings } from "../../custody/needs.js";
import type { ProvenCustody } from "../../custody/prove-custody.js";
import { type Finding, need } from "../../set-up/finding.js";
import { type Area, faultIn, notLookedAt, ofObstacles, textOf } from "../area.js";
import type { CheckContext } from "../context.js";

const NO_PULSES = { diem: { state: () => undefined }, parachain: { state: () => undefined } };

const PROOFS = "proofs that lead from the configuration's root of trust";
/** Codes of nodes that don't answer: for these there is a fault of its own. */
const SILENT = new Set(["rpc/unreachable", "rpc/timeout", "rpc/busy", "rpc/no-endpoint"]);

/** Says that nothing can be proven from a root of trust. */
const unproven = (area: string, name: string, error: unknown, todo: string): readonly Finding[] => {
  const fault = faultIn(error);
  return SILENT.has(fault.code)
    ? [notLookedAt(area, PROOFS, fault)]
    : [need(`${area}/not-proven`, name, false, PROOFS, textOf(fault), todo)];
};

const DIEM_ROOTS =
  "see what diem's nodes say above. If they are sound, bridge.diem.waypoint is of another network, or wrong: ask several people who run nodes";
const RELAY_ROOTS =
  "see what the relay chain's nodes say above. If they are sound, bridge.relay is another chain's root, or wrong: make it anew by pdiem relay-root. Or the relay chain has no parachain of bridge.parachain.paraId";
const PARACHAIN_ROOTS = "see what the parachain's nodes say above, and whether they keep the state of final blocks";

/** Once the issuer has signed, what custody holds is what users have paid in. */
const hasBegun = async ({ hub, key }: CheckContext): Promise<boolean> => {
  try {
    const account = (await hub()).lookup(systemAccount(await key()));
    return account !== undefined && readAccountInfo(account).nonce > 0;
  } catch (error) {
    faultIn(error);
    return false;
  }
};

/** Diem's network and custody's account, proven. */
export const custodyArea: Area<CheckContext> = {
  name: "custody",
  look: async (context) => {
    let proven: ProvenCustody;
    try {
      proven = await context.custody();
    } catch (error) {
      return unproven("diem", "Diem's state", error, DIEM_ROOTS);
    }
    const key = await context.key().catch(() => undefined);
    const input = { ...proven, config: context.bridge, key };
    const findings = [...networkFindings(input), ...accountFindings(input)];
    return (await hasBegun(context)) ? findings.filter(({ code }) => code !== "custody/unowed") : findings;
  },
};

const decimalsOf = async ({ custody }: CheckContext): Promise<(code: string) => number | undefined> => {
  try {
    const { root } = await custody();
    return (code) => {
      const info = readCurrencyInfo(root, code);
      return info === undefined ? undefined : info.scalingFactor.toString().length - 1;
    };
  } catch (error) {
    faultIn(error);
    return () => undefined;
  }
};

/** The wrapped assets, their roles, and the balances of whoever has one. */
export const assetsArea: Area<CheckContext> = {
  name: "assets",
  look: async (context) => {
    try {
      await context.head();
    } catch (error) {
      return unproven("relay", "the relay chain's finality", error, RELAY_ROOTS);
    }
    try {
      const { lookup } = await context.hub();
      const issuer = await context.key();
      const state = hubStateOf(context.bridge.parachain.assetsPallet, lookup);
      return checkAssetSetUp({ config: context.bridge, state, issuer, decimals: await decimalsOf(context) });
    } catch (error) {
      const fault = faultIn(error);
      return fault.code === "enclave/no-key"
        ? [notLookedAt("assets", "roles of the enclave's key", fault)]
        : unproven("parachain", "the parachain's state", fault, PARACHAIN_ROOTS);
    }
  },
};

const timeOf = async <T>(
  find: () => Promise<T>,
  read: (found: T) => bigint | undefined,
): Promise<bigint | undefined> => {
  try {
    return read(await find());
  } catch (error) {
    faultIn(error);
    return undefined;
  }
};

/** This machine's clock against what is proven of both chains' times. */
export const clockArea: Area<CheckContext> = {
  name: "clock",
  look: async ({ custody, hub }) => {
    const diemTime = await timeOf(custody, ({ time }) => time);
    const parachainTime = await timeOf(hub, ({ lookup }) => {
      const value = lookup(timestampNow);
      return value === undefined ? undefined : readTimestamp(value);
    });
    const now = Date.now();
    const age = (time: bigint | undefined): string => (time === undefined ? "unknown" : `${now - Number(time)} ms old`);
    const sight = { pulses: NO_PULSES, diemTime, parachainTime, lastError: undefined, now };
    return ofObstacles(
      {
        code: "clock",
        name: "clock",
        expected: "both chains' newest times near this machine's",
        found: `Diem's newest ${age(diemTime)}, the parachain's ${age(parachainTime)}`,
      },
      chainObstacles(sight),
    );
  },
};
